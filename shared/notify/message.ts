import type { Severity } from '../config/config.ts';

/** One piece of news, free of any channel's markup. Plain text everywhere: channels escape it. */
export interface Message {
  severity: Severity;
  /** What happened to what, in one line that stands alone. */
  title: string;
  /** The job or service. */
  subject: string;
  /** The record's state that this tells: the same news has the same key. */
  news: string;
  facts: readonly { label: string; value: string }[];
  cause?: string;
  hint?: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** `1.2 s`, `3 min 5 s`, `2 h 10 min`. */
export function inWords(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The message as people read it where there is no markup: terminal, e-mail, SMS. */
export function plainText({ severity, title, facts, cause, hint }: Message): string {
  const mark = { info: '', warning: 'Warning: ', error: 'Error: ' }[severity];
  return [
    `${mark}${title}`,
    ...facts.map(({ label, value }) => `${label}: ${value}`),
    ...(cause ? [`Why: ${cause}`] : []),
    ...(hint ? [`What to do: ${hint}`] : []),
  ].join('\n');
}
