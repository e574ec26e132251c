import type { Severity } from '../config/config.ts';
import type { NewsKind } from './news-kind.ts';

/** One piece of news, free of any channel's markup. Plain text everywhere: channels escape and cut it. */
export interface Message {
  kind: NewsKind;
  severity: Severity;
  /** What happened to what, in one line that stands alone. */
  title: string;
  /** The job, service or environment; `batuta` for its own troubles. */
  subject: string;
  /** The record's state that this tells: the same news has the same key. */
  news: string;
  /** The most important first: channels cut at the end. */
  facts: readonly Fact[];
  cause?: string;
  hint?: string;
  /** The last lines of what failed, already redacted. */
  logTails?: readonly LogTail[];
  links?: readonly Link[];
  /** What a person can type; channels with buttons link to the console instead. */
  actions?: readonly Action[];
  /** The image's tag, for routes. */
  tag?: string;
  /** A trouble that is open until news with the same key closes it (PagerDuty's trigger and resolve). */
  incident?: { key: string; state: 'open' | 'closed' };
  /** Of news that ends a trouble: routes for that severity hear it too. */
  closes?: Severity;
  /** The same record will have more news: a message that can be updated shows that it is under way. */
  ongoing?: boolean;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface Fact {
  label: string;
  value: string;
}

export interface LogTail {
  /** Whose log: `task 405cdabe of shop-api`. */
  label: string;
  lines: readonly string[];
}

export interface Link {
  label: string;
  /** https, without credentials. */
  url: string;
}

export interface Action {
  /** `Approve it`. */
  label: string;
  /** `batuta approve d-…`. */
  command: string;
}

/** `1.2 s`, `3 min 5 s`, `2 h 10 min`, `2 d 3 h`. */
export function inWords(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The message as people read it where there is no markup: terminal, e-mail, SMS. */
export function plainText({ severity, title, cause, hint = '', facts, logTails, actions, links }: Message): string {
  const mark = { info: '', warning: 'Warning: ', error: 'Error: ' }[severity];
  // What to do may say already what to type.
  const more = (actions ?? []).filter(({ command }) => !hint.includes(command));
  return [
    `${mark}${title}`,
    ...(cause ? [`Why: ${cause}`] : []),
    ...(hint ? [`What to do: ${hint}`] : []),
    ...more.map(({ label, command }) => `${label}: ${command}`),
    ...facts.map(({ label, value }) => `${label}: ${value}`),
    ...(logTails ?? []).flatMap(({ label, lines }) => [`Last lines of ${label}:`, ...lines.map((line) => `  ${line}`)]),
    ...(links ?? []).map(({ label, url }) => `${label}: ${url}`),
  ].join('\n');
}
