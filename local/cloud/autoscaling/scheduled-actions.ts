import type * as model from '@aws-sdk/client-application-auto-scaling';
import { nextFire } from '../../../shared/schedule/next-fire.ts';
import { parseSchedule } from '../../../shared/schedule/parse.ts';
import type { Schedule } from '../../../shared/schedule/schedule.ts';
import { pageOf } from '../pages.ts';
import type { Operations } from '../service.ts';
import { scalingArns } from './arns.ts';
import { type CapacityPorts, scaleIntoBounds } from './capacity.ts';
import { checkResource, findTarget, invalid, notFound, type ScheduledRecord } from './state.ts';
import { refuseToken } from './targets.ts';

function scheduleOf(expression: string | undefined, timezone: string | undefined): Schedule {
  const parsed = parseSchedule(expression ?? '', timezone);
  return parsed.ok ? parsed.schedule : invalid(`Invalid schedule: ${parsed.problem}`);
}

/** The next time the action is due within StartTime and EndTime. */
function nextDue({ schedule, action, createdMs }: ScheduledRecord, afterMs: number): number | undefined {
  const { StartTime: start, EndTime: end } = action;
  const anchored = schedule.kind === 'rate' ? { ...schedule, anchorMs: start?.getTime() ?? createdMs } : schedule;
  const due = nextFire(anchored, Math.max(afterMs, (start?.getTime() ?? 0) - 1));
  return due !== undefined && (!end || due <= end.getTime()) ? due : undefined;
}

/** Sets the target's bounds and brings the service within them: ScalableTargetAction in the API reference. */
function perform({ action }: ScheduledRecord, ports: CapacityPorts): void {
  const target = ports.state.targets.get(action.ResourceId);
  if (!target || target.SuspendedState?.ScheduledScalingSuspended) return;
  const { MinCapacity = target.MinCapacity, MaxCapacity = target.MaxCapacity } = action.ScalableTargetAction ?? {};
  // What AWS does with bounds that contradict the other one's present value is not documented; here they change nothing.
  if (MinCapacity > MaxCapacity) return;
  Object.assign(target, { MinCapacity, MaxCapacity });
  scaleIntoBounds(target, `scheduled action name ${action.ScheduledActionName} was triggered`, ports);
}

function arm(record: ScheduledRecord, afterMs: number, ports: CapacityPorts): void {
  const due = nextDue(record, afterMs);
  if (due === undefined) return;
  record.cancel = ports.clock.setTimer(due - ports.clock.now(), () => {
    perform(record, ports);
    // A machine that slept makes up for none of what it missed.
    arm(record, Math.max(due, ports.clock.now()), ports);
  });
}

function checkAction({ MinCapacity: min, MaxCapacity: max }: model.ScalableTargetAction = {}): void {
  if (min === undefined && max === undefined) invalid('ScalableTargetAction must have MinCapacity or MaxCapacity');
  if (min !== undefined && max !== undefined && max < min)
    invalid('Maximum capacity cannot be less than minimum capacity');
}

export function scheduledActionOperations(ports: CapacityPorts) {
  const { state, place, clock } = ports;
  const arns = scalingArns(place);
  return {
    PutScheduledAction(input) {
      checkResource(input);
      const { ScheduledActionName: name, ResourceId } = input;
      findTarget(state, ResourceId);
      const before = state.actions.get(`${ResourceId} ${name}`);
      const Schedule = input.Schedule ?? before?.action.Schedule;
      const action = {
        ScheduledActionARN: arns.action(ResourceId, name),
        CreationTime: new Date(clock.now()),
        ...before?.action,
        ...input,
        Schedule,
      };
      checkAction(action.ScalableTargetAction);
      const record: ScheduledRecord = {
        action,
        schedule: scheduleOf(Schedule, action.Timezone),
        createdMs: clock.now(),
        cancel() {},
      };
      before?.cancel();
      state.actions.set(`${ResourceId} ${name}`, record);
      arm(record, clock.now(), ports);
      return {};
    },
    DescribeScheduledActions({ ServiceNamespace, ResourceId, ScheduledActionNames, MaxResults = 50, NextToken }) {
      const found = [...state.actions.values()].filter(
        ({ action }) =>
          action.ServiceNamespace === ServiceNamespace &&
          (ResourceId ?? action.ResourceId) === action.ResourceId &&
          (ScheduledActionNames?.includes(action.ScheduledActionName) ?? true),
      );
      const page = pageOf(found, NextToken, MaxResults, refuseToken);
      return { ScheduledActions: page.items.map(({ action }) => action), NextToken: page.next };
    },
    DeleteScheduledAction(input) {
      checkResource(input);
      const { ResourceId, ScheduledActionName: name } = input;
      const key = `${ResourceId} ${name}`;
      const record = state.actions.get(key) ?? notFound(`No scheduled action found with name: ${name}`, ResourceId);
      record.cancel();
      state.actions.delete(key);
      return {};
    },
  } satisfies Operations<typeof model>;
}
