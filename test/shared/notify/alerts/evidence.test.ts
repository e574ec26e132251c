import { expect, test } from 'vitest';
import { toInstant } from '../../../../shared/core/time.ts';
import { withEvidence } from '../../../../shared/notify/alerts/evidence.ts';

const at = (minutes: number) => toInstant(Date.parse('2026-11-20T09:00:00Z') + minutes * 60_000);
const facts = [{ label: 'Tasks', value: '1 of 2 run' }];
const logTails = [{ label: 'task a', lines: ['boom'] }];
const links = Array.from({ length: 9 }, (_, n) => ({ label: `${n}`, url: `https://x.test/${n}` }));
const whole = withEvidence({}, { at: at(5), facts, logTails, links });

test('it is kept whole, with its time, and bounded', () => {
  expect(whole).toEqual({ evidenceAt: at(5), facts, logTails, links: links.slice(0, 3) });
});

test('that of a later occurrence takes its place, nothing of the earlier one is left', () => {
  const later = [{ label: 'Tasks', value: '0 of 2 run' }];
  expect(withEvidence(whole, { at: at(6), facts: later })).toEqual({ evidenceAt: at(6), facts: later });
});

test('what comes late, or has none, changes nothing', () => {
  expect(withEvidence(whole, { at: at(4), facts: [], logTails: [] })).toBe(whole);
  expect(withEvidence(whole, { at: at(9) })).toBe(whole);
});
