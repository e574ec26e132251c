import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { schedulerGateway } from '../../shared/aws/scheduler.ts';
import type { JobConfig } from '../../shared/config/config.ts';
import { scheduledRunInput } from '../../shared/run/scheduled-run.ts';
import { scheduleOf } from '../../shared/run/wanted-schedules.ts';
import type { System } from '../system.ts';

/** One-offs lie in a group of their own: what is in the stack's group and not in batuta.yml, sync-schedules deletes. */
async function groupOfOneOffs(client: SchedulerClient, stackGroup: string): Promise<string> {
  const Name = `${stackGroup}-once`;
  await client.send(new CreateScheduleGroupCommand({ Name })).catch((error: Error) => {
    if (error.name !== 'ConflictException') throw error;
  });
  return Name;
}

/** Has Scheduler start the job once, to the second, and forget it then. */
export async function scheduleOnce({ aws, stack }: System, job: JobConfig, at: Date): Promise<void> {
  const environment = stack.functions['sync-schedules']?.environment ?? {};
  const expression = `at(${at.toISOString().slice(0, 19)})`;
  const once = { name: 'once', expression, timezone: 'UTC', params: {}, graceMs: 0, catchUp: 'none' } as const;
  const schedule = scheduleOf(job, once, (name) => environment[name] ?? '');
  const group = await groupOfOneOffs(new SchedulerClient(aws), schedule.group);
  const input = scheduledRunInput(job);
  await schedulerGateway(aws).create({ ...schedule, group, input, afterCompletion: 'DELETE' });
}
