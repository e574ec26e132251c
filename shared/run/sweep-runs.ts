import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { EventBus } from '../aws/event-bus.ts';
import type { Task } from '../aws/task.ts';
import type { Stores } from '../store/stores.ts';
import { currentAttempt } from './attempts.ts';
import { deadlineWhy, decideRun } from './decide-run.ts';
import { afterFound, afterMissing, decideStop } from './decide-sweep.ts';
import { type FollowDeps, followRun } from './follow-task.ts';
import { inParallel } from './in-parallel.ts';
import { type Run, terminalRunStates } from './run.ts';
import { launchQueue } from './run-record.ts';
import { stopRun } from './stop-run.ts';

export interface SweepRunsDeps extends FollowDeps {
  ecs: Pick<EcsTasks, 'describeTasks' | 'stopTask'>;
  bus: EventBus;
  stores: Pick<Stores, 'runs'>;
}

/** Reads under way at once. */
const width = 8;

/** Finds what events missed: runs to launch, ended tasks, passed deadlines, unpublished events. */
export async function sweepRuns(deps: SweepRunsDeps): Promise<void> {
  const { runs } = deps.stores;
  const toLaunch = await runs.duePage(deps.now(), { queue: launchQueue, limit: 1 });
  if (toLaunch.ids.length > 0) await deps.bus.put([{ 'detail-type': 'Launch Work Left', detail: {} }]);
  let cursor: string | undefined;
  do {
    const page = await runs.duePage(deps.now(), cursor ? { cursor } : {});
    await sweepPage(page.ids, deps);
    cursor = page.next;
  } while (cursor);
}

async function sweepPage(ids: readonly string[], deps: SweepRunsDeps): Promise<void> {
  const found = await inParallel(ids, width, async (id) => {
    const stored = await deps.stores.runs.get(id);
    if (stored && Object.keys(stored.outbox).length > 0) await deps.stores.runs.flush(id);
    return stored?.value;
  });
  const onTheirWay = found.filter((run) => run !== undefined && !terminalRunStates.has(run.state)) as Run[];
  const tasks = await tasksOf(onTheirWay, deps);
  await inParallel(onTheirWay, width, (run) => sweepRun(run, tasks.get(taskArnOf(run) ?? ''), deps));
}

const taskArnOf = (run: Run) => currentAttempt(run)?.taskArn;

/** What ECS says about the runs' tasks, by ARN: one call for a hundred tasks of a cluster. */
async function tasksOf(runs: readonly Run[], { ecs }: SweepRunsDeps): Promise<Map<string, Task>> {
  const byCluster = Map.groupBy(runs, (run) => currentAttempt(run)?.request.cluster ?? '');
  const tasks = new Map<string, Task>();
  for (const [cluster, members] of byCluster) {
    const arns = members.flatMap((run) => taskArnOf(run) ?? []);
    for (const task of await ecs.describeTasks(cluster, arns)) tasks.set(task.arn, task);
  }
  return tasks;
}

async function sweepRun(run: Run, task: Task | undefined, deps: SweepRunsDeps): Promise<void> {
  const { runs } = deps.stores;
  const attempt = currentAttempt(run);
  // To be launched: the worker's.
  if (!attempt?.taskArn) return;
  const { taskArn, number } = attempt;
  if (!task) await runs.update(run.id, (now) => afterMissing(now, taskArn, deps.now()));
  else if (attempt.missingSince !== undefined) await runs.update(run.id, afterFound);
  if (task && decideRun(run, number, task, deps.now()).kind !== 'ignore') await followRun(run.id, number, task, deps);
  if (decideStop(run, task, deps.now()) !== 'nothing') await stopRun(run.id, 'timeout', deadlineWhy(run), deps);
}
