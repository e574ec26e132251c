import type { Clock } from '../../clock.ts';
import type { Timing } from './ports.ts';
import type { ServiceEvents } from './service-events.ts';
import { isChecked, isHealthFailure, isHealthy, passesChecks } from './service-tasks.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './state.ts';

/** Failed starts in a row after which ECS calls a service impaired. */
const IMPAIRED_AFTER = 3;

/** Stopped by people or because Spot capacity went: says nothing of the revision. */
const NO_EVIDENCE = ['UserInitiated', 'SpotInterruption', 'TerminationNotice'];

/** What the ends and the health of its tasks mean for a deployment. */
export function deploymentHealth({ clock, timing, events }: { clock: Clock; timing: Timing; events: ServiceEvents }) {
  /** A start that failed throttles the next ones; a task that ran and died is only replaced a little later. */
  function noteDeath(record: ServiceRecord, deployment: DeploymentRecord, ended: TaskRecord): void {
    const { task, reachedRunning } = ended;
    const scaledIn = task.stopCode === 'ServiceSchedulerInitiated' && !isHealthFailure(task.stoppedReason);
    if (scaledIn || NO_EVIDENCE.includes(task.stopCode ?? '')) return;
    if (reachedRunning) {
      // One that ran counts only if it has health checks and did not pass them (aws/containers-roadmap#1206).
      if (isChecked(ended) && !passesChecks(ended)) deployment.failedTasks++;
      deployment.startNotBefore = clock.now() + timing.replace;
      return;
    }
    deployment.failedTasks++;
    deployment.failedStarts++;
    const wait = Math.min(timing.throttle * 2 ** (deployment.failedStarts - 1), timing.longestThrottle);
    deployment.startNotBefore = clock.now() + wait;
    if (deployment.failedStarts !== IMPAIRED_AFTER) return;
    events.say(
      record,
      'is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
    );
    events.action(record, 'WARN', 'SERVICE_TASK_START_IMPAIRED');
  }

  /** A healthy task resets the breaker's count, and its images are the revision's. */
  function noteHealthy(record: ServiceRecord, deployment: DeploymentRecord, task: TaskRecord): void {
    if (!isHealthy(task, clock.now() - timing.healthyAfter)) return;
    const breaker = record.service.deploymentConfiguration?.deploymentCircuitBreaker;
    if (breaker?.resetOnHealthyTask !== false) deployment.failedTasks = 0;
    for (const image of deployment.revision.containerImages ?? []) {
      const digest = task.task.containers.find(({ name }) => name === image.containerName)?.imageDigest;
      if (digest !== undefined) image.imageDigest = digest;
    }
  }

  return { noteDeath, noteHealthy };
}
