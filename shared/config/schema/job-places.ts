/** Keys of the sections within a job, of requests, and of other tools, that people write in a job itself. */
export const jobPlaces = {
  ...{ cron: 'schedule.cron', rate: 'schedule.rate', at: 'schedule.at', timezone: 'schedule.timezone' },
  ...{ start: 'schedule.start', end: 'schedule.end', window: 'schedule.window', flexibleWindow: 'schedule.window' },
  ...{ grace: 'schedule.grace', catchUp: 'schedule.catchUp' },
  ...{ retries: 'retry.attempts', attempts: 'retry.attempts', maxAttempts: 'retry.attempts', on: 'retry.on' },
  ...{ backoff: 'retry.backoff', maxBackoff: 'retry.maxBackoff' },
  ...{ spot: 'capacity: FARGATE_SPOT', capacityProvider: 'capacity', capacityProviderStrategy: 'capacity' },
  ...{ launchType: 'capacity', fallback: 'capacity.fallback', strategy: 'capacity.strategy' },
  ...{ ephemeralStorage: 'storage', disk: 'storage', arch: 'architecture', platform: 'architecture' },
  ...{ role: 'taskRole', taskRoleArn: 'taskRole', concurrency: 'maxParallel', parallelism: 'maxParallel' },
  ...{ subnets: 'network.subnets', securityGroups: 'network.securityGroups', assignPublicIp: 'network.assignPublicIp' },
  ...{
    environment: 'params',
    env: 'params',
    parameters: 'params',
    onSuccess: 'then',
    next: 'then',
    deadline: 'timeout',
  },
  ...{ items: 'batuta run JOB --for-each', failFast: 'batuta run JOB --for-each', every: 'expect' },
};
