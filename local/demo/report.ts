import type { ChannelType, Severity } from '../../shared/config/config.ts';
import type { ReallyTold } from '../channels/receivers.ts';
import type { Shown } from '../channels/shown.ts';

/** What `npm start` tells: one JSON object per line with --json, words otherwise. */
export type Told =
  | { event: 'ready'; aws: string; api: string; token: string }
  | { event: 'step'; step: number; title: string }
  | { event: 'progress'; step: number; text: string }
  | { event: 'log'; step: number; run: string; line: string }
  | ({ event: 'notification'; text: string } & Omit<Shown, 'lines'>)
  | ReallyTold
  | { event: 'warning'; message: string }
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

/** By how bad the news is. */
const paints: Readonly<Record<Severity, (text: string) => string>> = { info: green, warning: yellow, error: red };

/** Others say it in their titles themselves. */
const byColor: ReadonlySet<ChannelType> = new Set(['webhook', 'eventbridge', 'teams', 'discord', 'pagerduty']);
const marks: Readonly<Record<Severity, string>> = { info: '', warning: 'Warning: ', error: 'Error: ' };

type Notification = Told & { event: 'notification' };

function box({ type, severity, title, text }: Notification): string {
  const color = paints[severity];
  const lines = text === '' ? [] : text.split('\n');
  const headline = `${byColor.has(type) ? marks[severity] : ''}${title}`;
  return [color(bold(headline)), ...lines].map((line) => `     ${color('┃')} ${line}`).join('\n');
}

/** An answer mostly repeats what its message says now; else it says itself whose it is. */
function answer({ channel, title, text }: Notification): string {
  const lines = text.split('\n');
  const whose = lines[0] === title ? '' : dim(` of “${title}”`);
  return [
    `     ${dim('↳')} in the thread${whose}, ${bold(channel)}`,
    ...lines.map((line) => `       ${dim('│')} ${line}`),
  ].join('\n');
}

/** As it looks at the channel: new, changed in place, or an answer below it. */
function notification(told: Notification): string {
  const name = `${bold(told.channel)} ${dim(`(${told.type})`)}`;
  const color = paints[told.severity];
  switch (told.how) {
    case 'posted':
      return `   ${color('✉')} to ${name}\n${box(told)}`;
    case 'updated':
      return `   ${color('✎')} updated${told.edits > 1 ? ` ${told.edits} times` : ''} in ${name}\n${box(told)}`;
    case 'replied':
      return answer(told);
    default:
      return told.how satisfies never;
  }
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
      return notification(told);
    case 'told':
      return told.taken
        ? `   ${green('✉')} told ${bold(told.channel)} ${dim(`(${told.how})`)}`
        : `   ${red('✉')} ${bold(told.channel)} did not take it ${dim(`(${told.how}); batuta notify failed says why`)}`;
    case 'warning':
      return yellow(`Warning: ${told.message}`);
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

/** With `text` in place of the lines. */
export const notificationOf = ({ lines, ...shown }: Shown): Told => ({
  event: 'notification',
  ...shown,
  text: lines.join('\n'),
});
