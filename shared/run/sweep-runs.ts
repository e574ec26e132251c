import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { EventBus } from '../aws/event-bus.ts';
import type { Task } from '../aws/task.ts';
import type { Stores } from '../store/stores.ts';
import { currentAttempt } from './attempts.ts';
import { deadlineWhy } from './deadlines.ts';
import { decideRun } from './decide-run.ts';
import { afterFound, afterMissing, decideStop } from './decide-sweep.ts';
import { type FollowDeps, followRun } from './follow-task.ts';
import { inParallel } from './in-parallel.ts';
import { type Run, terminalRunStates } from './run.ts';
import { launchQueue } from './run-record.ts';
import { carryOutStop, stopRun } from './stop-run.ts';

export interface SweepRunsDeps extends FollowDeps {
  ecs: Pick<EcsTasks, 'describeTasks' | 'stopTask'>;
  bus: EventBus;
  stores: Pick<Stores, 'runs'>;
}

/** Reads under way at once. */
const width = 8;

/** Does it and keeps its failure, so that it holds up nothing else; resolves with undefined then. */
type Surely = <Result>(work: () => Promise<Result>) => Promise<Result | undefined>;

/**
 * Finds what events missed: runs to launch, ended tasks, passed deadlines, unpublished events.
 * @throws at the end what failed on the way: the error itself, or an AggregateError of several
 */
export async function sweepRuns(deps: SweepRunsDeps): Promise<void> {
  const failures: Error[] = [];
  const surely: Surely = (work) => work().catch((error: Error) => void failures.push(error));
  await surely(() => wakeLauncher(deps));
  let cursor: string | undefined;
  do {
    const page = await deps.stores.runs.duePage(deps.now(), cursor ? { cursor } : {});
    await sweepPage(page.ids, deps, surely);
    cursor = page.next;
  } while (cursor);
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
}

async function wakeLauncher({ stores, bus, now }: SweepRunsDeps): Promise<void> {
  const toLaunch = await stores.runs.duePage(now(), { queue: launchQueue, limit: 1 });
  if (toLaunch.ids.length > 0) await bus.put([{ 'detail-type': 'Launch Work Left', detail: {} }]);
}

async function sweepPage(ids: readonly string[], deps: SweepRunsDeps, surely: Surely): Promise<void> {
  const { runs } = deps.stores;
  const found = await inParallel(ids, width, async (id) => {
    const stored = await surely(() => runs.get(id));
    if (stored && Object.keys(stored.outbox).length > 0) await surely(() => runs.flush(id));
    return stored?.value;
  });
  const onTheirWay = found.filter((run) => run !== undefined && !terminalRunStates.has(run.state)) as Run[];
  const byCluster = Map.groupBy(onTheirWay, (run) => currentAttempt(run)?.request.cluster ?? '');
  for (const [cluster, members] of byCluster) {
    const tasks = await surely(() => tasksOf(cluster, members, deps));
    if (tasks)
      await inParallel(members, width, (run) => surely(() => sweepRun(run, tasks.get(taskArnOf(run) ?? ''), deps)));
  }
}

const taskArnOf = (run: Run) => currentAttempt(run)?.taskArn;

/** What ECS says about the runs' tasks, by ARN: one call for a hundred tasks of a cluster. */
async function tasksOf(cluster: string, runs: readonly Run[], { ecs }: SweepRunsDeps): Promise<Map<string, Task>> {
  const arns = runs.flatMap((run) => taskArnOf(run) ?? []);
  return new Map((await ecs.describeTasks(cluster, arns)).map((task) => [task.arn, task]));
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
  await stopRightly(run, task, deps);
}

async function stopRightly(run: Run, task: Task | undefined, deps: SweepRunsDeps): Promise<void> {
  const decision = decideStop(run, task, deps.now());
  switch (decision) {
    case 'nothing':
      return;
    case 'stop-again':
      return carryOutStop(run, deps);
    case 'timeout':
    case 'attempt-timeout':
      await stopRun(run.id, decision, deadlineWhy(run, decision), deps);
      return;
    default:
      return decision satisfies never;
  }
}
