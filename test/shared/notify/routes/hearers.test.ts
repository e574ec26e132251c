import { expect, test } from 'vitest';
import type { Config } from '../../../../shared/config/config.ts';
import { toInstant } from '../../../../shared/core/time.ts';
import type { Delivery } from '../../../../shared/notify/deliver/delivery.ts';
import { deliveryKind } from '../../../../shared/notify/deliver/delivery-record.ts';
import { heardAs } from '../../../../shared/notify/routes/heard-as.ts';
import { hearersOf } from '../../../../shared/notify/routes/hearers.ts';
import type { RoutedNews } from '../../../../shared/notify/routes/routes.ts';
import { configOf } from '../../../support/configuration.ts';

const configWith = (...routes: string[]): Config =>
  configOf(
    `channels:
  team: { type: webhook, url: ssm:/u }
  talk: { type: discord, url: ssm:/d }
  cards: { type: teams, url: ssm:/c }
routes:\n${routes.map((route) => `  - { ${route} }\n`).join('')}`,
  );
const night = toInstant('2026-11-20T23:00:00Z');
const morning = toInstant('2026-11-21T06:00:00Z');
const muted = 'mute: [{ from: "22:00", to: "06:00" }]';
const failed: RoutedNews = { family: 'run', level: 'failures', subject: 'db-backup', severity: 'error' };
const hears = (news: Partial<RoutedNews>, ...routes: string[]) =>
  hearersOf(configWith(...routes), { ...failed, ...news }, night);

test('a channel hears each mention in its own terms, of all routes that lead there', () => {
  expect(
    hears(
      {},
      'to: [talk, cards], mentions: [everyone, ana@example.com], continue: true',
      'to: [talk, team], mentions: ["<@123456789012345678>"]',
    ),
  ).toEqual([
    { channel: 'talk', mentions: ['everyone', '<@123456789012345678>'] },
    { channel: 'cards', mentions: ['ana@example.com'] },
    { channel: 'team', mentions: [] },
  ]);
});

test('a channel is muted only where each route that leads there is', () => {
  expect(hears({}, `to: [team, talk], ${muted}, continue: true`, 'to: [talk]')).toEqual([
    { channel: 'team', mentions: [], mutedUntil: morning },
    { channel: 'talk', mentions: [] },
  ]);
});

test('what is only progress reaches the channels that change their message, and all where everything is wanted', () => {
  const progress = { family: 'deployment', level: 'progress', severity: 'info' } as const;
  const heard = (...routes: string[]) => hears(progress, ...routes).map(({ channel }) => channel);
  expect(heard('to: [team, talk]')).toEqual(['talk']);
  expect(heard('to: [team, talk], only: all')).toEqual(['team', 'talk']);
  expect(heard('to: [team, talk], only: failures')).toEqual([]);
});

const delivery: Delivery = {
  schemaVersion: 1,
  id: 'team:r-1',
  channel: 'team',
  about: { kind: 'run', id: 'r-1' },
  state: 'pending',
  createdAt: night,
  wantedVersion: 2,
  sentVersion: 0,
  attempts: 0,
};
const dueAt = (given: Delivery) => deliveryKind.dueAt?.(given);
const hearer = { channel: 'team', mentions: [] };

test.each<[string, Delivery | undefined, boolean, number | undefined]>([
  ['a first piece of news waits for the end of the window', undefined, true, morning],
  ['news of what was told waits too', { ...delivery, state: 'sent' }, true, morning],
  ['what was to be told at once is not put off', delivery, true, undefined],
  ['urgent news ends the waiting', { ...delivery, nextAttemptAt: morning }, false, undefined],
  ['more news that can wait keeps it', { ...delivery, nextAttemptAt: morning }, true, morning],
  ['a retry keeps its pace', { ...delivery, attempts: 3, nextAttemptAt: morning }, false, morning],
])('%s', (_fact, before, isMuted, at) => {
  const wanted: Delivery = { ...delivery, ...(before?.state === 'pending' ? before : {}), wantedVersion: 3 };
  const heard = heardAs(isMuted ? { ...hearer, mutedUntil: morning } : hearer, wanted, before, night);
  expect(dueAt(heard)).toBe(at ?? night);
  expect(heard.nextAttemptAt).toBe(at);
});
