import type { DescribeRuleResponse, PutRuleRequest, Rule } from '@aws-sdk/client-eventbridge';
import { nextFire } from '../../../shared/schedule/next-fire.ts';
import { parseSchedule } from '../../../shared/schedule/parse.ts';
import type { Schedule } from '../../../shared/schedule/schedule.ts';
import type { Clock } from '../../clock.ts';
import type { Place } from '../service.ts';
import { defaultBus, invalid, ruleArn } from './names.ts';
import { checkPattern } from './pattern.ts';
import type { BusRecord, RuleRecord } from './store.ts';

/**
 * The rule that PutRule makes; what is left out is reset, except the targets.
 * @throws AwsError ValidationException, InvalidEventPatternException
 */
export function ruleFrom(input: PutRuleRequest, bus: BusRecord, place: Place, nowMs: number): RuleRecord {
  const { Name: name = '', EventPattern: text, ScheduleExpression: expression } = input;
  if (!text && !expression) invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  if (expression && bus.name !== defaultBus) invalid('ScheduleExpression is supported only on the default event bus.');
  return {
    arn: ruleArn(place, bus.name, name),
    name,
    bus: bus.name,
    state: input.State ?? 'ENABLED',
    description: input.Description,
    roleArn: input.RoleArn,
    pattern: text ? { text, checked: checkPattern(text) } : undefined,
    schedule: expression ? { expression, parsed: ruleSchedule(expression, nowMs) } : undefined,
    targets: bus.rules.get(name)?.targets ?? new Map(),
    cancel: () => {},
  };
}

/** Unlike Scheduler, rules insist on `1 minute` and `2 minutes`, know no `at`, and run in UTC. */
const ruleExpression = /^(cron\(.+\)|rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\))$/;

function ruleSchedule(expression: string, nowMs: number): Schedule {
  const parsed = parseSchedule(expression);
  if (!parsed.ok || !ruleExpression.test(expression)) invalid('Parameter ScheduleExpression is not valid.');
  return parsed.schedule.kind === 'rate' ? { ...parsed.schedule, anchorMs: nowMs } : parsed.schedule;
}

/** Sets the timer of a scheduled rule's next event, and after that of the one after it. */
export function armRule(rule: RuleRecord, afterMs: number, clock: Clock, fire: (dueMs: number) => void): void {
  rule.cancel();
  const due = rule.schedule && rule.state !== 'DISABLED' ? nextFire(rule.schedule.parsed, afterMs) : undefined;
  if (due === undefined) return;
  rule.cancel = clock.setTimer(due - clock.now(), () => {
    fire(due);
    armRule(rule, Math.max(due, clock.now() - 60_000), clock, fire);
  });
}

export function shownRule(rule: RuleRecord): Rule & DescribeRuleResponse {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: rule.bus,
    State: rule.state,
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventPattern: rule.pattern?.text,
    ScheduleExpression: rule.schedule?.expression,
  };
}
