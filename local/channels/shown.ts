import type { ChannelType, Severity } from '../../shared/config/config.ts';

/** What people see of one request, as far as a terminal can show it. */
export interface Seen {
  /** `replied`: in the message's thread. */
  how: 'posted' | 'updated' | 'replied';
  /** Which message of the channel it is, changes or answers; of a webhook its `webhook-id`. */
  message: string;
  /** How often that message was changed so far. */
  edits: number;
  severity: Severity;
  /** Of the message itself, also where this is an answer to it. */
  title: string;
  lines: readonly string[];
}

/** With the channel of batuta.yml whose people see it. */
export type Shown = Seen & { channel: string; type: ChannelType };

export interface Asked {
  method: string;
  /** What comes after the channel's own address: `/messages/1`. */
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

export interface Answered {
  status: number;
  body?: string;
  headers?: Readonly<Record<string, string>>;
  /** What was taken; absent where it was refused. */
  seen?: Seen;
}

/** Takes and refuses what a channel's server would. @throws SyntaxError for what is not JSON */
export type StandIn = (asked: Asked) => Answered;

/** The lines of a text, without what closes it. */
export const linesOf = (text: string): string[] => text.trimEnd().split('\n');
