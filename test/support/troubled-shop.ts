import type { CloudRequest, CloudResponse } from '../../local/cloud/dispatcher.ts';
import type { EventEnvelope } from '../../local/cloud/events/envelope.ts';
import { DroppedConnection } from '../../local/cloud/http.ts';
import type { JobConfig } from '../../shared/config/config.ts';
import type { Behaviour } from './fake-engine.ts';
import { configureLoad, openJobShop } from './job-shop.ts';
import type { ShopOptions } from './shop.ts';

interface TaskDetail {
  taskArn: string;
  lastStatus: string;
  startedBy?: string;
  createdAt?: string;
  startedAt?: string;
  stoppedAt?: string;
  containers?: object[];
}

const isTaskEvent = (event: EventEnvelope) => event['detail-type'] === 'ECS Task State Change';

/** What a task event tells; undefined for any other event. */
export const taskOf = (event: EventEnvelope): TaskDetail | undefined =>
  isTaskEvent(event) ? (event.detail as TaskDetail) : undefined;

/** The job shop with what may go wrong around a run, each to be set by a test, and a count of the tasks that ECS started. */
export async function openTroubledShop(options: ShopOptions = {}) {
  const tasks = new Map<string, Set<string>>();
  const trouble = {
    /** What the next containers do, one after the other; then they succeed. */
    next: [] as Behaviour[],
    /** What becomes of an event. */
    fate: undefined as ((event: EventEnvelope, deliver: () => void) => void) | undefined,
    /** Answers a call in AWS's stead. */
    answer: undefined as ((request: CloudRequest) => CloudResponse | undefined) | undefined,
    /** Throws in place of a function's call. */
    strike: undefined as ((service: string, operation: string) => void) | undefined,
    /** Whether the answer of a function's call, which has its effect, is lost. */
    lose: undefined as ((operation: string) => boolean) | undefined,
  };
  const shop = await openJobShop(
    {},
    {
      behave: () => trouble.next.shift() ?? { runMs: 3000 },
      intercept: (request) => trouble.answer?.(request),
      faults: {
        before: (service, operation) => trouble.strike?.(service, operation),
        after(_service, operation) {
          if (trouble.lose?.(operation)) throw new DroppedConnection(`the answer to ${operation} is lost`);
        },
      },
      delivery(event, deliver) {
        const task = taskOf(event);
        if (task?.startedBy) tasks.set(task.startedBy, (tasks.get(task.startedBy) ?? new Set()).add(task.taskArn));
        return trouble.fate ? trouble.fate(event, deliver) : deliver();
      },
      ...options,
    },
  );
  /** ARNs of all tasks that ECS has started for an attempt. */
  const tasksOf = (id: string, attempt: number) => [...(tasks.get(`batuta/local/${id}/${attempt}`) ?? [])];
  const runOf = async (id: string) => (await shop.api('GET', `/api/runs/${id}`)).body.run;
  const newsOf = (id: string) =>
    shop.hooks.map(({ body }) => body.data).filter(({ text }) => text.includes(`Run: ${id}`));
  return {
    ...shop,
    trouble,
    tasksOf,
    runOf,
    newsOf,
    heal: () =>
      Object.assign(trouble, { next: [], fate: undefined, answer: undefined, strike: undefined, lose: undefined }),
    /** As if the job had never failed: each test's failure is the first, which is told, and no repeat. */
    async beginAnew() {
      const key = { pk: 'alert#job:load', sk: 'alert' };
      const item = await shop.table.get(key);
      if (item) await shop.table.remove(key, item.version);
    },
    async start(job: Partial<JobConfig> = {}, body: object = {}): Promise<string> {
      configureLoad(shop, job);
      return (await shop.api('POST', '/api/jobs/load/runs', { body })).body.run.id;
    },
    /** How it ended, why, by how many tasks for each attempt, and what people were told. */
    async endOf(id: string) {
      const { state, outcome, attempts } = await runOf(id);
      const perAttempt = attempts.map(({ number }: { number: number }) => tasksOf(id, number).length);
      return { state, cause: outcome?.cause, tasks: perAttempt, news: newsOf(id).map(({ news }) => news) };
    },
  };
}
export type TroubledShop = Awaited<ReturnType<typeof openTroubledShop>>;

export const isRunTask = ({ headers }: CloudRequest) => headers['x-amz-target']?.endsWith('.RunTask') === true;
export const jsonAnswer = (status: number, body: object): CloudResponse => ({
  status,
  headers: {},
  body: JSON.stringify(body),
});
