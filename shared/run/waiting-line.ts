import { iso } from '../core/time.ts';
import type { Table } from '../store/table.ts';
import type { Run } from './run.ts';

/** Who waits for a limit: higher priority first, then older. Read consistently, by key only. */
export interface WaitingLine {
  /** False where it stands there already. */
  join(scope: string, run: Run): Promise<boolean>;
  /** False where it did not stand there. */
  leave(scope: string, run: Run): Promise<boolean>;
  /** Those in front, in order. */
  front(scope: string, limit: number): Promise<{ id: string; leave(): Promise<boolean> }[]>;
}

const partitionOf = (scope: string) => `wait#${scope}`;
const highest = 100;

function keyOf(scope: string, { id, spec, at, createdAt }: Run) {
  const rank = `${highest - spec.priority}`.padStart(3, '0');
  return { pk: partitionOf(scope), sk: `${rank}#${iso(at ?? createdAt)}#${id}` };
}

export function waitingLine(table: Table): WaitingLine {
  return {
    join: (scope, run) => table.put({ ...keyOf(scope, run), version: 1, id: run.id }, 0),
    leave: (scope, run) => table.remove(keyOf(scope, run), 1),
    async front(scope, limit) {
      const { items } = await table.query({ pk: partitionOf(scope), limit });
      return items.map(({ pk, sk, id }) => ({ id: String(id), leave: () => table.remove({ pk, sk }, 1) }));
    },
  };
}
