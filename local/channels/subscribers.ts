import type { Config } from '../../shared/config/config.ts';
import type { Received } from '../channel-ears.ts';
import type { Seen, Shown } from './shown.ts';
import { linesOf } from './shown.ts';
import { seenOf } from './webhook.ts';

interface Email {
  subject?: string;
  message?: { email?: string };
}

function ofEmail({ subject = '', message }: Email, number: string): Seen {
  const severity = subject.startsWith('Error: ') ? 'error' : subject.startsWith('Warning: ') ? 'warning' : 'info';
  const [, ...lines] = linesOf(message?.email ?? '');
  return { how: 'posted', message: number, edits: 0, severity, title: subject, lines };
}

/** What a topic's subscribers by e-mail, and a bus's rules, get of it. */
export function subscribers({ channels }: Pick<Config, 'channels'>, onShown: (shown: Shown) => void) {
  let count = 0;
  return ({ channel, body }: Received): void => {
    const { type } = channels[channel] ?? {};
    if (type === undefined) return;
    const number = `${++count}`;
    const seen =
      type === 'sns' ? ofEmail(body as Email, number) : seenOf((body as { detail?: object }).detail ?? {}, number);
    onShown({ ...seen, channel, type });
  };
}
