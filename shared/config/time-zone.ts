import { timeZone } from '../schedule/zone.ts';
import { nearestName } from './nearest.ts';

/** What is wrong with a time zone's name and what to write, as `there is no …; did you mean …?`; undefined where it is one. */
export function timeZoneProblem(name: string): string | undefined {
  if (timeZone(name) !== undefined) return undefined;
  const near = nearestName(name.slice(0, 60), Intl.supportedValuesOf('timeZone'));
  const write = near
    ? `did you mean \`${near}\`?`
    : 'write an IANA name such as Europe/Lisbon, America/Sao_Paulo or UTC';
  return `there is no time zone \`${name.slice(0, 60)}\`; ${write}`;
}
