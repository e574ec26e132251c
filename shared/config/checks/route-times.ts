import { toInstant } from '../../core/time.ts';
import { mutedUntil } from '../../notify/routes/mute.ts';
import { weekMs } from '../../schedule/weekly-windows.ts';
import { type Finding, type Path, splitAdvice } from '../problem.ts';
import { resolveMute } from '../resolve-notify.ts';
import { type MuteWindowYaml, muteWindow } from '../schema/mute-window.ts';
import { timeZoneProblem } from '../time-zone.ts';
import type { CheckInput } from './check.ts';
import type { RouteDraft } from './route-draft.ts';

type MuteDraft = NonNullable<NonNullable<RouteDraft['mute']>[number]>;
const keys = ['days', 'from', 'to', 'timezone'] as const;

/** Windows begin and end, leave some time, and are in zones that exist; so is a digest. */
export function checkRouteTimes({ mute = [], digest }: RouteDraft, path: Path, { given }: CheckInput): Finding[] {
  // A key of a wrong shape is not its default.
  const isWhole = (window: MuteDraft, i: number) =>
    keys.every((key) => window[key] !== undefined || !given([...path, 'mute', i, key]));
  const windows = mute.map((window = {}, i) => (isWhole(window, i) ? muteWindow.safeParse(window).data : undefined));
  const findings = windows.flatMap((window, i) => (window ? checkWindow(window, [...path, 'mute', i]) : []));
  const whole = windows.filter((window) => window !== undefined);
  return [
    ...findings,
    ...(findings.length === 0 && whole.length === mute.length ? checkEnd(whole, [...path, 'mute']) : []),
    ...checkDigest(digest, [...path, 'digest']),
  ];
}

function checkWindow({ from, to, timezone }: MuteWindowYaml, path: Path): Finding[] {
  const zone = checkZone(timezone, path);
  if (from !== to) return zone;
  const write = 'write another time, or neither `from` nor `to` for whole days';
  return [...zone, { path: [...path, 'to'], message: 'ends where it begins', write }];
}

function checkZone(timezone: string | undefined, path: Path): Finding[] {
  const problem = timezone === undefined ? undefined : timeZoneProblem(timezone);
  return problem === undefined ? [] : [{ path: [...path, 'timezone'], ...splitAdvice(problem) }];
}

// A week in which no zone changes its clock.
const someWeek = toInstant('2027-01-11T00:00:00Z');

function checkEnd(windows: readonly MuteWindowYaml[], path: Path): Finding[] {
  const until = mutedUntil(windows.map(resolveMute), someWeek);
  if (until === undefined || until < someWeek + weekMs) return [];
  return [{ path, message: 'leaves no time of the week', write: 'leave a gap, or remove the route' }];
}

function checkDigest(digest: RouteDraft['digest'], path: Path): Finding[] {
  if (typeof digest !== 'object') return [];
  const { every, day, timezone } = digest;
  const write = 'write `every: week`, or remove `day`';
  const stray = every === 'day' && day !== undefined;
  return [
    ...(stray ? [{ path: [...path, 'day'], message: 'says nothing about a daily digest', write }] : []),
    ...checkZone(timezone, path),
  ];
}
