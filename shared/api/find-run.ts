import { BadRequest } from '../core/errors.ts';
import { parseRunId } from '../core/ids.ts';
import type { Run } from '../run/run.ts';
import type { ApiDeps } from './app.ts';

/** @throws BadRequest 404 */
export async function findRun(id: string, { stores }: Pick<ApiDeps, 'stores'>): Promise<Run> {
  const parsed = parseRunId(id);
  const stored = parsed && (await stores.runs.get(parsed));
  if (!stored) throw new BadRequest(404, `There is no run ${id}`);
  return stored.value;
}
