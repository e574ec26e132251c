import { type Instant, plus, toInstant } from '../shared/core/time.ts';
import { alertKind } from '../shared/notify/alerts/alert-record.ts';
import { noteTrouble } from '../shared/notify/alerts/alerts.ts';
import { tellDue } from '../shared/notify/alerts/tell-due.ts';
import { describeAlert } from '../shared/notify/describe/describe-alert.ts';
import { recordStore } from '../shared/store/records.ts';
import type { Table } from '../shared/store/table.ts';
import { memoryTable } from '../test/support/memory-table.ts';
import type { Benchmark } from './benchmark.ts';

const EVENTS = 10_000;
const HOUR = 3_600_000;
const subject = { kind: 'service', name: 'shop-api' } as const;
const start = toInstant('2026-11-20T09:00:00Z');
const taskOf = (event: number) =>
  `arn:aws:ecs:us-east-1:123456789012:task/prod/${event.toString(16).padStart(32, '0')}`;

/** The tasks of a crash loop stop one after the other within an hour; the sweep comes each minute. */
async function crashLoop(): Promise<{ seconds: number; messages: number }> {
  let now: Instant = start;
  const told = new Set<string>();
  const bus = { put: async () => [] };
  const stores = { alerts: recordStore(memoryTable(), bus, alertKind, () => now) };
  const tell = async () => {
    const alert = (await stores.alerts.get('service:shop-api'))?.value;
    const message = alert && describeAlert(alert);
    if (message) told.add(message.news);
  };
  const from = performance.now();
  for (let event = 0; event < EVENTS; event++) {
    const at = plus(start, Math.floor((event * HOUR) / EVENTS));
    if (Math.floor((at - start) / 60_000) !== Math.floor((now - start) / 60_000)) {
      now = at;
      await tellDue({ stores, config: { routes: [], channels: {} }, now: () => now });
      await tell();
    }
    now = at;
    const cause = { key: 'crash-loop', kind: 'service-crash-loop', cause: 'exit code 1 of container api' } as const;
    const alert = await noteTrouble(stores.alerts, subject, { ...cause, id: taskOf(event), at }, now);
    const message = describeAlert(alert);
    if (message) told.add(message.news);
  }
  return { seconds: (performance.now() - from) / 1000, messages: told.size };
}

/** One read and one write of a record of its size for each event, nothing decided. */
async function bareWrites(table: Table): Promise<number> {
  const from = performance.now();
  const counted = Array.from({ length: 300 }, (_, n) => `${n}`.padStart(18, '0'));
  for (let event = 0; event < EVENTS; event++) {
    const present = await table.get({ pk: 'bare', sk: 'bare' });
    const version = present?.version ?? 0;
    await table.put({ pk: 'bare', sk: 'bare', version: version + 1, counted }, version);
  }
  return (performance.now() - from) / 1000;
}

export const notifyCrashLoop: Benchmark = {
  name: 'notify-crash-loop',
  async measure() {
    const { seconds, messages } = await crashLoop();
    const baseline = await bareWrites(memoryTable());
    return [
      { name: 'notify-crash-loop/decided', value: seconds, unit: 's', baseline, limits: 'value', limit: 10 },
      {
        name: 'notify-crash-loop/messages',
        value: messages,
        unit: 'messages',
        baseline: EVENTS,
        limits: 'value',
        limit: 3,
      },
    ];
  },
};
