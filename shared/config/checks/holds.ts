import { toInstant } from '../../core/time.ts';
import { freezeUntil } from '../../deploy/hold/freeze.ts';
import { weekMs } from '../../schedule/weekly-windows.ts';
import { durationMs } from '../duration.ts';
import { parseFreezeWindow } from '../freeze-window.ts';
import type { Finding, Path } from '../problem.ts';
import { SCAN } from '../schema/hold.ts';
import { type Check, type ServiceDraft, targets } from './check.ts';

type HoldDraft = NonNullable<ServiceDraft['hold']>;

/** Each hold can end: freeze windows leave some time, and a scan that does not come is told before it is given up. */
export const checkHolds: Check = ({ draft }) => [
  ...checkFreeze(draft.freeze, ['freeze']),
  ...targets(draft).flatMap(([, { hold }, path]) => [
    ...checkFreeze(hold?.freeze, [...path, 'hold', 'freeze']),
    ...checkScan(hold?.scan, [...path, 'hold', 'scan']),
  ]),
];

// A week in which no zone changes its clock.
const someWeek = toInstant('2027-01-11T00:00:00Z');

function checkFreeze(freeze: HoldDraft['freeze'], path: Path): Finding[] {
  const windows = (freeze ?? [])
    .map((text) => parseFreezeWindow(text ?? ''))
    .filter((read) => typeof read === 'object');
  const frozen = freezeUntil(windows, someWeek);
  if (frozen === undefined || frozen.until < someWeek + weekMs) return [];
  return [{ path, message: 'leaves no time of the week', write: 'leave a gap, or pause the service instead' }];
}

function checkScan(scan: HoldDraft['scan'], path: Path): Finding[] {
  if (typeof scan !== 'object') return [];
  const { tellAfter = SCAN.tellAfter, expires = SCAN.expires } = scan;
  if (durationMs(tellAfter) < durationMs(expires)) return [];
  const message = `after ${expires} it is given up, before it would be told after ${tellAfter}`;
  return [{ path, message, write: 'write a shorter `tellAfter` or a longer `expires`' }];
}
