import type { ScheduleYaml } from './schema/schedule.ts';

type Kinds = Partial<Pick<ScheduleYaml, 'cron' | 'rate' | 'at'>>;

/** `{ cron: '0 3 * * ? *' }` → `cron(0 3 * * ? *)`, as EventBridge Scheduler takes it. */
export function scheduleExpression({ cron, rate, at }: Kinds): string {
  if (cron !== undefined) return `cron(${cron.trim()})`;
  if (rate !== undefined) return `rate(${rate.trim()})`;
  return `at(${at?.trim()})`;
}
