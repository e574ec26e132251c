import { expect, test } from 'vitest';
import { toInstant } from '../../../shared/core/time.ts';
import { levelOf, type NewsKind, newsKinds, severitiesOf } from '../../../shared/notify/news-kind.ts';
import { sampleMessage } from '../../../shared/notify/samples/samples.ts';

test.each<[string, NewsKind, 'info' | 'warning' | 'error', string]>([
  ['a run that overlap: replace stopped is of interest to who hears all', 'run-stopped', 'info', 'all'],
  ['a run that a person stopped went wrong', 'run-stopped', 'warning', 'failures'],
  ['what mode: observe leaves undone is a change', 'deployment-skipped', 'info', 'changes'],
  ['a release that is not deployed went wrong', 'deployment-skipped', 'warning', 'failures'],
  ['that it is over is heard with the failures', 'run-recovered', 'info', 'failures'],
  ['a start only shows progress', 'deployment-started', 'info', 'progress'],
])('%s', (_fact, kind, severity, level) => expect(levelOf(kind, severity)).toBe(level));

test('the sample of each kind has a severity that such news can have', () => {
  for (const kind of newsKinds) {
    const { severity } = sampleMessage(kind, toInstant('2026-11-20T09:00:00Z'));
    expect(severitiesOf(kind), kind).toContain(severity);
  }
});
