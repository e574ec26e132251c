import type { Received } from '../sink.ts';

/** What `npm start` tells: one JSON object per line with --json, words otherwise. */
export type Told =
  | { event: 'ready'; aws: string; api: string; token: string }
  | { event: 'step'; step: number; title: string }
  | { event: 'progress'; step: number; text: string }
  | { event: 'log'; step: number; run: string; line: string }
  | { event: 'notification'; channel: string; title: string; text: string }
  | { event: 'expectation'; step: number; what: string; held: boolean; saw?: string }
  | { event: 'problem'; message: string }
  | { event: 'end'; ok: boolean; seconds: number }
  | { event: 'staying' };

export type Tell = (told: Told) => void;

const paint = (code: string) => (text: string) => (process.stdout.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text);
const bold = paint('1');
const dim = paint('2');
const green = paint('32');
const red = paint('31');
const yellow = paint('33');

function boxed(text: string): string {
  return text
    .split('\n')
    .map((line) => `     ${yellow('┃')} ${line}`)
    .join('\n');
}

function words(told: Told): string {
  switch (told.event) {
    case 'ready':
      return [
        bold('Batuta is up on this machine.'),
        `  API   ${told.api}/api   token ${told.token}`,
        `  AWS   ${told.aws}   try: aws --endpoint-url ${told.aws} --region us-east-1 --no-sign-request ecs list-clusters`,
        dim('  Ctrl-C stops everything.'),
      ].join('\n');
    case 'step':
      return `\n${bold(`${told.step}  ${told.title}`)}`;
    case 'progress':
      return `   ${told.text}`;
    case 'log':
      return `   ${dim('│')} ${told.line}`;
    case 'notification':
      return `   ${yellow(`✉ to ${told.channel}`)}\n${boxed(told.text)}`;
    case 'expectation':
      return told.held
        ? `   ${green('✔')} ${told.what}`
        : `   ${red('✘')} ${told.what}${told.saw ? `; saw ${told.saw}` : ''}`;
    case 'problem':
      return red(told.message);
    case 'staying':
      return 'It stays up: README.md, "Try it yourself", says what to do next. Ctrl-C ends it.';
    case 'end':
      return `\n${told.ok ? green('All of it held') : red('Not all of it held')} after ${told.seconds.toFixed(1)} s.`;
  }
}

export function teller(json: boolean): Tell {
  return (told) => process.stdout.write(`${json ? JSON.stringify(told) : words(told)}\n`);
}

interface Texts {
  title?: unknown;
  text?: unknown;
}

/** A received notification as the terminal shows it: the message's own plain text, of an event or an e-mail too. */
export function notificationOf({ channel, body }: Received): Told {
  const { data, detail, subject, message } = body as {
    data?: Texts;
    detail?: Texts;
    subject?: unknown;
    message?: { email?: unknown };
  };
  const { title, text } = data ?? detail ?? { title: subject, text: message?.email };
  return {
    event: 'notification',
    channel,
    title: String(title ?? ''),
    text: String(text ?? JSON.stringify(body)),
  };
}
