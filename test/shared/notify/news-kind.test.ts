import { expect, test } from 'vitest';
import { levelOf, type NewsKind } from '../../../shared/notify/news-kind.ts';

test.each<[string, NewsKind, 'info' | 'warning' | 'error', string]>([
  ['a run that overlap: replace stopped is of interest to who hears all', 'run-stopped', 'info', 'all'],
  ['a run that a person stopped went wrong', 'run-stopped', 'warning', 'failures'],
  ['what mode: observe leaves undone is a change', 'deployment-skipped', 'info', 'changes'],
  ['a release that is not deployed went wrong', 'deployment-skipped', 'warning', 'failures'],
  ['that it is over is heard with the failures', 'run-recovered', 'info', 'failures'],
  ['a start only shows progress', 'deployment-started', 'info', 'progress'],
])('%s', (_fact, kind, severity, level) => expect(levelOf(kind, severity)).toBe(level));
