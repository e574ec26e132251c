import { type CheckerPorts, watchTarget } from './checker.ts';
import { type Health, NEW } from './health.ts';
import { findTargetGroup, type TargetGroupRecord, type TargetRecord } from './state.ts';

/** What is registered, and who hears of its health. */
interface NewTarget {
  id: string;
  port: number;
  checkPort?: TargetRecord['checkPort'];
  checked?(health: Health): void;
}

/** Registers and deregisters targets, for calls of the API and for ECS. */
export interface Registry {
  /** A target that is there already stays as it is. @throws AwsError TargetGroupNotFound. */
  register(targetGroupArn: string, target: NewTarget): void;
  /** Resolves when the target is drained, at once where it is not registered. */
  deregister(targetGroupArn: string, target: Pick<NewTarget, 'id' | 'port'>): Promise<void>;
  close(): void;
}

const keyOf = ({ id, port }: Pick<NewTarget, 'id' | 'port'>) => `${id}:${port}`;

function delayMs({ attributes }: TargetGroupRecord): number {
  return Number(attributes.get('deregistration_delay.timeout_seconds') ?? 300) * 1000;
}

export function createRegistry(ports: CheckerPorts): Registry {
  const { state, clock, timing } = ports;
  let closed = false;
  return {
    register(targetGroupArn, given) {
      const record = findTargetGroup(state, targetGroupArn);
      if (closed || record.targets.get(keyOf(given))?.draining === false) return;
      record.targets.get(keyOf(given))?.cancel();
      const target: TargetRecord = {
        ...{ id: given.id, port: given.port, health: NEW, draining: false },
        checkPort: given.checkPort ?? ((port) => port),
        checked: given.checked ?? (() => {}),
        cancel() {},
      };
      record.targets.set(keyOf(given), target);
      watchTarget(record, target, ports);
    },
    async deregister(targetGroupArn, { id, port }) {
      const record = state.targetGroups.get(targetGroupArn);
      const target = record?.targets.get(keyOf({ id, port }));
      if (!record || !target || target.draining) return;
      target.cancel();
      target.draining = true;
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancelTimer = clock.setTimer(Math.min(delayMs(record), timing.longestDrain), () => {
        if (record.targets.get(keyOf(target)) === target) record.targets.delete(keyOf(target));
        resolve();
      });
      target.cancel = () => {
        cancelTimer();
        resolve();
      };
      return promise;
    },
    close() {
      closed = true;
      for (const { targets } of state.targetGroups.values()) for (const target of targets.values()) target.cancel();
    },
  };
}
