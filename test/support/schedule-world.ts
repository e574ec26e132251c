import { setImmediate as turn } from 'node:timers/promises';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
  type UpdateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import { virtualClock } from '../../local/clock.ts';
import { createDispatcher } from '../../local/cloud/dispatcher.ts';
import { createScheduler } from '../../local/cloud/scheduler/scheduler.ts';
import { scheduleStates } from '../../shared/aws/schedule-state.ts';
import type { JobConfig, ScheduleConfig } from '../../shared/config/config.ts';
import { type Instant, iso, plus, toInstant } from '../../shared/core/time.ts';
import type { OurEvent } from '../../shared/events/ours.ts';
import { parseScheduledRun } from '../../shared/events/scheduled-run.ts';
import { describeRun } from '../../shared/notify/describe/describe-run.ts';
import type { Message } from '../../shared/notify/message.ts';
import { jobPauses } from '../../shared/run/job-pause.ts';
import { watchStore } from '../../shared/run/missed-watch.ts';
import { requestRun } from '../../shared/run/request-run.ts';
import type { Run } from '../../shared/run/run.ts';
import { runKind } from '../../shared/run/run-record.ts';
import { nameInScheduler } from '../../shared/run/schedule-name.ts';
import { missedSweep } from '../../shared/run/sweep-missed.ts';
import { recordStore } from '../../shared/store/records.ts';
import { countingPlace } from './local-ecs.ts';
import { memoryTable } from './memory-table.ts';
import { report } from './run-world.ts';
import { clientConfig } from './sdk.ts';

const group = 'batuta-test';
const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:start';
const roleArn = 'arn:aws:iam::123456789012:role/scheduler';
const schedulesArn = `arn:aws:scheduler:us-east-1:123456789012:schedule/${group}`;
const minute = 60_000;

/** `cron(0 * * * ? *)`, every hour, changed by `parts`. */
export const hourly = (parts: Partial<ScheduleConfig> = {}): ScheduleConfig => ({
  name: 'schedule',
  expression: 'cron(0 * * * ? *)',
  timezone: 'UTC',
  params: {},
  graceMs: 5 * minute,
  catchUp: 'none',
  ...parts,
});

interface WorldOptions {
  startAt?: string;
  /** What our functions' clock shows more than Scheduler's. */
  skewMs?: number;
  /** Whether Scheduler has the schedules; by default so. */
  isScheduled?: boolean;
}

/** Scheduler, what it starts and the sweep that looks for what it did not, on a virtual clock; nothing is launched. */
export async function scheduleWorld(given: readonly Partial<JobConfig>[], options: WorldOptions = {}) {
  const { startAt = '2026-11-20T09:30:00Z', skewMs = 0, isScheduled = true } = options;
  const settle = async () => {
    for (let turns = 0; turns < 6; turns++) await turn();
  };
  const clock = virtualClock(Date.parse(startAt), settle);
  const now = () => toInstant(clock.now() + skewMs);
  const jobsOf = (parts: readonly Partial<JobConfig>[]) =>
    Object.fromEntries(parts.map((part) => [part.name ?? report.name, { ...report, ...part }]));
  let config = { jobs: jobsOf(given), hash: 'first' };
  const table = memoryTable();
  const published: OurEvent[] = [];
  const bus = {
    put: async (events: readonly OurEvent[]) => {
      published.push(...events);
      return [] as number[];
    },
  };
  const runs = recordStore(table, bus, runKind, now);
  const pauses = jobPauses(table, now);
  /** What Scheduler has fired, and what of it is lost or held back. */
  const delivery = { lose: false, held: [] as unknown[], hold: false, count: 0 };
  async function deliver(payload: unknown): Promise<void> {
    const parsed = parseScheduledRun(payload);
    if (parsed.kind !== 'event') throw new Error(parsed.why);
    const { job: name, scheduleArn, scheduledTime } = parsed.value;
    const job = config.jobs[name];
    if (!job) return;
    const pause = await pauses.get(name);
    await requestRun(
      {
        job,
        params: {},
        trigger: { kind: 'schedule', scheduleArn, scheduledTime },
        ...(pause ? { skipped: { kind: 'paused', cause: 'paused', hint: '' } } : {}),
      },
      { stores: { runs }, now },
    );
  }
  const scheduler = createScheduler({
    place: countingPlace(),
    clock,
    deadLetter: () => {},
    invoke(_arn, payload) {
      delivery.count += 1;
      if (delivery.hold) delivery.held.push(payload);
      else if (!delivery.lose) void deliver(payload);
    },
  });
  const connection = clientConfig(createDispatcher([scheduler]));
  const client = new SchedulerClient(connection);
  const reads: string[] = [];
  /** `putsLeft`: so many writes of the sweep have their effect; its process is gone with the one after that. */
  const faults: { getSchedule?: (() => Promise<void>) | undefined; putsLeft: number } = {
    putsLeft: Number.POSITIVE_INFINITY,
  };
  const counted = {
    ...table,
    get: (key: Parameters<typeof table.get>[0]) => {
      reads.push(key.pk);
      return table.get(key);
    },
    async put(...given: Parameters<typeof table.put>) {
      if (faults.putsLeft-- <= 0) throw new Error('the process is gone');
      return table.put(...given);
    },
    query: (query: Parameters<typeof table.query>[0]) => {
      reads.push(query.pk);
      return table.query(query);
    },
  };
  const sweeps = { dead: false, errors: [] as string[] };
  const states = scheduleStates(connection);
  const countedRuns = recordStore(counted, bus, runKind, now);
  const makeSweep = () =>
    missedSweep({
      stores: { runs: countedRuns },
      watch: watchStore(counted),
      pauses: jobPauses(counted, now),
      scheduler: {
        async get(...asked) {
          reads.push('GetSchedule');
          await faults.getSchedule?.();
          return states.get(...asked);
        },
      },
      config,
      group,
      schedulesArn,
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      now,
    });
  let sweep = makeSweep();

  const inputOf = (job: JobConfig, schedule: ScheduleConfig): UpdateScheduleCommandInput => ({
    Name: nameInScheduler(job, schedule),
    GroupName: group,
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timezone,
    FlexibleTimeWindow: schedule.windowMinutes
      ? { Mode: 'FLEXIBLE', MaximumWindowInMinutes: schedule.windowMinutes }
      : { Mode: 'OFF' },
    Target: {
      Arn: functionArn,
      RoleArn: roleArn,
      Input: JSON.stringify({
        job: job.name,
        scheduleArn: '<aws.scheduler.schedule-arn>',
        scheduledTime: '<aws.scheduler.scheduled-time>',
      }),
    },
  });
  const all = () => Object.values(config.jobs).flatMap((job) => job.schedules.map((of) => inputOf(job, of)));
  const inScheduler = {
    async create() {
      for (const input of all()) await client.send(new CreateScheduleCommand(input));
    },
    async update(parts: Partial<UpdateScheduleCommandInput> = {}) {
      for (const input of all()) await client.send(new UpdateScheduleCommand({ ...input, ...parts }));
    },
    async remove() {
      for (const { Name, GroupName } of all()) await client.send(new DeleteScheduleCommand({ Name, GroupName }));
    },
  };
  await client.send(new CreateScheduleGroupCommand({ Name: group }));
  if (isScheduled) await inScheduler.create();

  const runsNow = (): Run[] =>
    table
      .items()
      .filter(({ sk }) => sk === 'run')
      .map(({ value }) => value as Run)
      .sort((a, b) => a.createdAt - b.createdAt);
  const world = {
    clock,
    delivery,
    deliver,
    faults,
    inScheduler,
    now,
    pauses,
    published,
    reads,
    runs,
    sweeps,
    table,
    all: runsNow,
    /** `STATE TIME` of the scheduled runs, by time. */
    fired: () =>
      runsNow()
        .flatMap(({ state, trigger }) =>
          trigger.kind === 'schedule' ? [`${trigger.scheduledTime.slice(11, 16)} ${state}`] : [],
        )
        .sort(),
    /** Without what only says that a run has started. */
    told: (): Message[] =>
      runsNow()
        .flatMap((run) => describeRun(run) ?? [])
        .filter(({ kind }) => kind !== 'run-started'),
    /** A release of the functions with other jobs. */
    configure(parts: readonly Partial<JobConfig>[], hash: string) {
      config = { jobs: jobsOf(parts), hash };
      sweep = makeSweep();
    },
    sweep: () => sweep(),
    /** A run by the API that ends at once. */
    async end(state: Run['state'], key: string): Promise<Run> {
      const trigger = { kind: 'api', caller: 'tester', idempotencyKey: key, requestHash: '' } as const;
      const job = Object.values(config.jobs)[0] as JobConfig;
      const { run } = await requestRun({ job, params: {}, trigger }, { stores: { runs }, now });
      return (await runs.update(run.id, (value) => ({ ...value, state, finishedAt: now() })))?.value as Run;
    },
    /** Minute by minute, with a sweep in each. */
    async pass(minutes: number) {
      for (let passed = 0; passed < minutes; passed++) {
        await clock.advance(minute);
        if (!sweeps.dead) await sweep().catch((error: Error) => void sweeps.errors.push(error.message));
      }
    },
    at: (ms: number): Instant => plus(now(), ms),
    clockNow: () => iso(now()),
    close: () => scheduler.close(),
  };
  return world;
}
