import { expect, test } from 'vitest';
import type { RouteConfig } from '../../../../shared/config/config.ts';
import { channelsFor, globMatches, type RoutedNews } from '../../../../shared/notify/routes/routes.ts';

const failedBackup: RoutedNews = { family: 'run', level: 'failures', subject: 'db-backup', severity: 'error' };

const route = (given: Partial<RouteConfig>): RouteConfig => ({
  when: {},
  to: ['team'],
  only: 'all',
  continue: true,
  mute: [],
  mentions: [],
  repeatMs: 0,
  ...given,
});

test.each<[string, RouteConfig['when'], boolean]>([
  ['a route without conditions takes everything', {}, true],
  ['a job glob takes the jobs it matches', { job: 'db-*' }, true],
  ['a job glob leaves others', { job: 'report-*' }, false],
  ['a service condition never takes a run', { service: '*' }, false],
  ['a severity takes only its own', { severity: ['info'] }, false],
  ['all conditions must hold', { severity: ['error'], kind: ['run'], job: 'db-backup' }, true],
  ['one condition that fails is enough', { severity: ['error'], kind: ['deployment'] }, false],
])('%s', (_fact, when, taken) => {
  expect(channelsFor([route({ when })], failedBackup)).toEqual(taken ? ['team'] : []);
});

test('a channel that several routes name hears the news once', () => {
  const routes = [route({ to: ['team', 'oncall'] }), route({ when: { severity: ['error'] }, to: ['oncall', 'audit'] })];
  expect(channelsFor(routes, failedBackup)).toEqual(['team', 'oncall', 'audit']);
});

test('in a glob only * is special', () => {
  expect(globMatches('a.b', 'axb')).toBe(false);
  expect(globMatches('(a|b)*', 'a')).toBe(false);
  expect(globMatches('*-api', 'shop-api')).toBe(true);
});
