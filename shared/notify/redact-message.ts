import { redactedTail, redactText } from '../core/redact.ts';
import type { Action, Message } from './message.ts';

/** Characters; channels cut further. What is far beyond is not even looked at. */
const longest = { title: 500, cause: 2000, hint: 1000, label: 100, value: 2000, line: 300 };
const most = { facts: 40, tails: 5, lines: 20, actions: 10 };

/**
 * The message with nothing in it that looks like a secret, no terminal codes, and bounded in length, whatever its
 * record holds. Names that are looked up (subject, tag, keys, links' addresses) stay as they are.
 */
export function redactMessage(message: Message): Message {
  const { title, cause, hint, facts, logTails, actions, links } = message;
  return {
    ...message,
    title: redactText(title, longest.title),
    ...(cause === undefined ? {} : { cause: redactText(cause, longest.cause) }),
    ...(hint === undefined ? {} : { hint: redactText(hint, longest.hint) }),
    facts: facts.slice(0, most.facts).map(({ label, value }) => ({
      label: redactText(label, longest.label),
      // By its label too: a fact may be named like a credential.
      value: redactFact(label, value),
    })),
    ...(logTails
      ? {
          logTails: logTails.slice(0, most.tails).map(({ label, lines }) => ({
            label: redactText(label, longest.label),
            lines: redactedTail(lines, most.lines, longest.line),
          })),
        }
      : {}),
    ...(actions ? { actions: actions.filter(isTypable).slice(0, most.actions).map(labelled) } : {}),
    ...(links ? { links: links.slice(0, most.actions).map(labelled) } : {}),
  };
}

/** People paste commands into a shell: nothing that it would take for more than words, and no secret. */
const isTypable = ({ command }: Action) => /^[\w .:@/=-]{1,400}$/.test(command) && redactText(command, 400) === command;

const labelled = <Labelled extends { label: string }>(labelled: Labelled): Labelled => ({
  ...labelled,
  label: redactText(labelled.label, longest.label),
});

function redactFact(label: string, value: string): string {
  const isNamed = redactText(`${label}=x`, longest.label) !== `${label}=x`.slice(0, longest.label);
  return isNamed && value !== '' ? '[redacted]' : redactText(value, longest.value);
}
