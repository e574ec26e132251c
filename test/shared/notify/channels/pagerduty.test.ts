import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pagerDutyErrors } from '../../../../local/channels/pagerduty-limits.ts';
import type { Handle } from '../../../../shared/notify/channels/channel.ts';
import { pagerduty } from '../../../../shared/notify/channels/pagerduty.ts';
import { renderPagerDuty } from '../../../../shared/notify/channels/pagerduty-event.ts';
import type { Message } from '../../../../shared/notify/message.ts';
import { hostileMessage } from '../../../support/channels/hostile.ts';
import { startPagerDuty } from '../../../support/channels/pagerduty-server.ts';
import { portsOf } from '../../../support/channels/receiver.ts';

const routingKey = '0123456789abcdef0123456789abcdef';
const message: Message = {
  kind: 'run-failed',
  severity: 'error',
  title: 'db-backup failed',
  subject: 'db-backup',
  news: 'failed',
  facts: [
    { label: 'Run', value: 'r-1' },
    { label: 'Why', value: 'a fact of the same name' },
  ],
  cause: 'exit code 1',
  hint: 'read the log',
  links: [{ label: 'Log', url: 'https://console.example/log' }],
  logTails: [{ label: 'task 405cdabe', lines: ['one', 'two'] }],
  incident: { key: 'job:db-backup', state: 'open' },
  at: Date.parse('2026-11-20T10:00:00Z'),
};
const over: Message = {
  ...message,
  kind: 'run-recovered',
  severity: 'info',
  closes: 'error',
  incident: { key: 'job:db-backup', state: 'closed' },
};

async function open(key = routingKey) {
  const server = await startPagerDuty(routingKey);
  const send = (news: Message, handle?: Handle, record = 'r-1', quiet = false) =>
    pagerduty.send(
      {
        ...(handle ? { handle } : {}),
        ...(quiet ? { quiet } : {}),
        channel: { name: 'on-call', type: 'pagerduty', routingKey: 'ssm:/pd', region: 'us' },
        message: news,
        id: 'id',
        record,
        mentions: [],
      },
      portsOf({ secrets: { 'ssm:/pd': key }, pagerDutyUrl: server.url }),
    );
  return { ...server, alerts: server.open, send };
}

test('a trouble opens an alert, its repeats add to it, and its end resolves it', async () => {
  const { send, alerts } = await open();
  await send(message);
  expect(await send({ ...message, title: '12 more in 10 min' })).toEqual({
    kind: 'sent',
    handle: { opened: 'job:db-backup' },
  });
  expect([...alerts].map(([key, events]) => [key, events.map(({ payload }) => payload.summary)])).toEqual([
    ['job:db-backup', ['db-backup failed', '12 more in 10 min']],
  ]);
  await send(over);
  expect(alerts.size).toBe(0);
});

test('what a record opened is resolved when it goes on to other news, a trouble of another kind first of all', async () => {
  const { send, alerts } = await open();
  const { incident: _, ...late } = {
    ...message,
    kind: 'run-late' as const,
    severity: 'warning' as const,
    ongoing: true,
  };
  const first = await send(late);
  expect([...alerts.keys()]).toEqual(['run-late:r-1']);
  expect(first).toMatchObject({ kind: 'sent', handle: { opened: 'run-late:r-1' } });
  const failed = await send(message, { opened: 'run-late:r-1' });
  expect([...alerts.keys()]).toEqual(['job:db-backup']);
  expect(failed).toMatchObject({ handle: { opened: 'job:db-backup' } });
  await send(late);
  await send(late, undefined, 'r-2');
  const { incident: __, ...started } = { ...message, kind: 'run-started' as const, severity: 'info' as const };
  expect(await send(started, { opened: 'run-late:r-1' })).toEqual({ kind: 'sent', handle: {} });
  // The other run is late still.
  expect([...alerts.keys()]).toEqual(['job:db-backup', 'run-late:r-2']);
});

test('a correction opens nothing: it resolves what the record has opened, and lets stand what is still so', async () => {
  const { send, alerts } = await open();
  expect(await send(message, undefined, 'r-1', true)).toEqual({ kind: 'sent' });
  expect([...alerts.keys()]).toEqual([]);
  const { incident: _, ...late } = { ...message, kind: 'run-late' as const, severity: 'warning' as const };
  await send({ ...late, ongoing: true });
  expect(await send(message, { opened: 'run-late:r-1' }, 'r-1', true)).toEqual({ kind: 'sent', handle: {} });
  expect([...alerts.keys()]).toEqual([]);
  await send(message);
  await send(message, { opened: 'job:db-backup' }, 'r-1', true);
  expect([...alerts.keys()]).toEqual(['job:db-backup']);
});

test('an alert says what, why and what to do, without the key', () => {
  expect(
    pagerduty.render({ message, mentions: [] }, { name: 'x', type: 'pagerduty', routingKey, region: 'us' }),
  ).toEqual({
    event_action: 'trigger',
    dedup_key: 'job:db-backup',
    client: 'Batuta',
    payload: {
      summary: 'db-backup failed',
      source: 'db-backup',
      severity: 'critical',
      timestamp: '2026-11-20T10:00:00.000Z',
      component: 'db-backup',
      group: 'run',
      class: 'run-failed',
      custom_details: {
        Why: 'exit code 1',
        'What to do': 'read the log',
        Run: 'r-1',
        'Why (2)': 'a fact of the same name',
        'task 405cdabe': 'one\ntwo',
      },
    },
    links: [{ href: 'https://console.example/log', text: 'Log' }],
  });
});

test('news that is no trouble and ends none is not sent, and counts as told', async () => {
  const { send, asked } = await open();
  const { incident: _, ...success } = { ...message, kind: 'run-succeeded', severity: 'info' } as const;
  expect(await send(success)).toEqual({ kind: 'sent' });
  expect(asked).toEqual([]);
});

test('a trouble that nothing will close opens one alert for its kind and subject', async () => {
  const { send, alerts } = await open();
  const { incident: _, ...held } = { ...message, kind: 'deployment-held', severity: 'warning' } as const;
  await send(held);
  await send(held);
  expect([...alerts].map(([key, events]) => [key, events.length, events[0]?.payload.severity])).toEqual([
    ['deployment-held:db-backup', 2, 'warning'],
  ]);
});

test('long keys that differ at their end stay different, and end what they opened', () => {
  const keyOf = (end: string, state: 'open' | 'closed') =>
    renderPagerDuty({ ...message, incident: { key: `${'k'.repeat(300)}${end}`, state } })?.dedup_key ?? '';
  expect(keyOf('a', 'open')).toBe(keyOf('a', 'closed'));
  expect(keyOf('a', 'open')).not.toBe(keyOf('b', 'open'));
  expect(keyOf('a', 'open')).toHaveLength(255);
});

test("a wrong routing key is the channel's fault, and no reason holds it", async () => {
  const wrong = 'f'.repeat(32);
  const { send, next } = await open(wrong);
  expect(await send(message)).toMatchObject({
    kind: 'refused',
    scope: 'channel',
    why: expect.stringContaining('Integration Key'),
  });
  next.push({ status: 400, body: { message: `routing_key ${wrong} is unknown` } });
  expect(JSON.stringify(await send(message))).not.toContain(wrong);
});

test.each([
  [
    'a bad event',
    { status: 400, body: { message: 'Event object is invalid', errors: ["'payload.source' is missing"] } },
    {
      kind: 'refused',
      scope: 'message',
      why: "it answered HTTP 400 (Event object is invalid; 'payload.source' is missing)",
    },
  ],
  [
    'a 400 without JSON',
    { status: 400, body: '<html>' },
    { kind: 'refused', scope: 'message', why: 'it answered HTTP 400' },
  ],
  ['throttling', { status: 429 }, { kind: 'retry', limited: true, afterMs: 60_000 }],
  ['throttling for longer', { status: 429, headers: { 'retry-after': '300' } }, { kind: 'retry', afterMs: 300_000 }],
  ['an outage', { status: 500 }, { kind: 'retry', why: 'it answered HTTP 500' }],
])('%s', async (_what, answer, expected) => {
  const { send, next } = await open();
  next.push(answer);
  expect(await send(message)).toMatchObject(expected);
});

test('no message makes an event that PagerDuty refuses', () => {
  fc.assert(
    fc.property(hostileMessage, (hostile) => {
      const event = renderPagerDuty(hostile);
      if (event) expect(pagerDutyErrors(event)).toEqual([]);
    }),
    { numRuns: 40 },
  );
  const text = '👩‍👩‍👧‍👦'.repeat(3000);
  const facts = Array.from({ length: 40 }, (_, index) => ({ label: `${index}${text}`, value: text }));
  const logTails = Array.from({ length: 20 }, () => ({ label: text, lines: [text, text] }));
  const event = renderPagerDuty({ ...message, title: text, subject: text, cause: text, hint: text, facts, logTails });
  expect(event && pagerDutyErrors(event)).toEqual([]);
});
