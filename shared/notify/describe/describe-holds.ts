import { isoToSecond } from '../../core/time.ts';
import type { AnyDeployment, Deployment, Said } from '../../deploy/deployment.ts';
import { endInWords, type Hold, type HoldKind, toldHolds } from '../../deploy/hold/hold.ts';
import { type Action, inWords, type Message } from '../message.ts';

const listed = new Intl.ListFormat('en', { type: 'conjunction' });

const nouns: Readonly<Record<HoldKind, string>> = {
  approval: 'approval',
  freeze: 'the end of a freeze',
  scan: "the image's scan",
  pause: 'the service to be resumed',
  promotion: 'its turn',
  before: 'its jobs',
};

function nounOf({ kind, overdue, failed }: Hold): string {
  if (failed) return 'a scan that did not succeed';
  return overdue ? 'a scan that is overdue' : nouns[kind];
}

/** `waits for approval and the end of a freeze`; undefined where nothing holds it that people can act on. */
export function waitsInWords({ holds }: Pick<Deployment, 'holds'>): string | undefined {
  const told = toldHolds(holds).map(nounOf);
  return told.length > 0 ? `waits for ${listed.format(told)}` : undefined;
}

const isTrouble = ({ overdue, failed }: Hold) => overdue === true || failed === true;

export const heldSeverity = ({ holds }: Pick<Deployment, 'holds'>): Message['severity'] =>
  holds.some(isTrouble) ? 'warning' : 'info';

/** Why, and until when. */
export const holdFacts = ({ holds }: Pick<Deployment, 'holds'>): Message['facts'] =>
  toldHolds(holds).map(({ kind, why, until }) => ({
    label: 'Held',
    value: `${why}; ${endInWords(kind, until && isoToSecond(until))}`,
  }));

const isHoldKind = (kind: string): kind is HoldKind => Object.hasOwn(nouns, kind);

/** How long its holds kept it, once they are past, and what for: `2 d 3 h, for approval`. Jobs that ran before it count in. */
export function waitedInWords({ state, heldBy = [], createdAt, ...deployment }: AnyDeployment): string {
  const { updateIntendedAt, finishedAt, runs } = deployment;
  const until = updateIntendedAt ?? finishedAt;
  if (state === 'held' || heldBy.length === 0 || until === undefined) return '';
  // `scan!` is a scan that was overdue.
  const kinds = [...new Set(heldBy.map((key) => key.replace(/!+$/, '')))].filter(isHoldKind);
  const jobs = runs.before.length > 0 ? [nouns.before] : [];
  return `${inWords(until - createdAt)}, for ${listed.format([...kinds.map((kind) => nouns[kind]), ...jobs])}`;
}

/** What a person can type to end them. */
export function holdActions({ id, service, holds }: Pick<Deployment, 'id' | 'service' | 'holds'>): Action[] {
  const has = (kind: HoldKind) => holds.some((hold) => hold.kind === kind);
  return [
    ...(has('approval')
      ? [
          { label: 'Approve it', command: `batuta approve ${id}` },
          { label: 'Reject it', command: `batuta reject ${id}` },
        ]
      : []),
    ...(has('pause') ? [{ label: 'Resume the service', command: `batuta resume ${service}` }] : []),
    ...(holds.some(isTrouble)
      ? [{ label: 'Lift the holds, as an admin', command: `batuta approve ${id} --override` }]
      : []),
  ];
}

const saidFact = (label: string, said: Said | undefined): Message['facts'] =>
  said ? [{ label, value: `by ${said.by} at ${isoToSecond(said.at)}${said.why ? `: ${said.why}` : ''}` }] : [];

/** Who let it go on; what lifts every hold is an approval too. */
export function approvalFacts({ approval, override }: Pick<Deployment, 'approval' | 'override'>): Message['facts'] {
  if (override) return saidFact('Holds lifted', override);
  return saidFact('Approved', approval?.verdict === 'approved' ? approval : undefined);
}
