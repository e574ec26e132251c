import type { StopCause, Task } from '../aws/task.ts';
import { redactText } from '../core/redact.ts';
import { explainExit } from './stop-exit.ts';
import { type ReasonRow, reasonRows, stopCodeRows } from './stop-reasons.ts';

/** Redacted before it is cut: half a secret is not known for one. */
const longestCause = 400;

/**
 * Why a task stopped. Evidence in this order: a container's reason, the task's stoppedReason, the exit
 * code, the stop code; so an out-of-memory kill is not called "exit code 137", and a failed health check
 * is a failure although its stop code is ServiceSchedulerInitiated.
 */
export function explainStop(task: Task): StopCause {
  const exitCode = decisiveExit(task)?.exitCode;
  const cause = byContainerReason(task) ?? byStoppedReason(task) ?? byExitCode(task) ?? byStopCode(task);
  return { ...cause, ...(exitCode === undefined ? {} : { exitCode }) };
}

function byContainerReason(task: Task): StopCause | undefined {
  for (const { name, reason } of task.containers) {
    const found = reason && fromRows(reasonRows, reason, `container ${name}: ${reason}`);
    if (found) return found;
  }
  return undefined;
}

function byStoppedReason({ stoppedReason, stopCode }: Task): StopCause | undefined {
  if (!stoppedReason) return undefined;
  // StopTask's caller writes this text, so only its existence is evidence, not what it says.
  if (stopCode === 'UserInitiated')
    return {
      kind: 'user',
      cause: redactText(`stopped by a person or the API: ${stoppedReason}`, longestCause),
      hint: '',
    };
  return fromRows(reasonRows, stoppedReason, stoppedReason);
}

function byExitCode(task: Task): StopCause | undefined {
  const container = decisiveExit(task);
  const isAlone = task.containers.every(({ exitCode }) => exitCode !== 0);
  return container && explainExit(container.name, container.exitCode, { stopCode: task.stopCode, isAlone });
}

function byStopCode({ stopCode, stoppedReason }: Task): StopCause {
  const text = stoppedReason || stopCode || 'ECS gave no reason';
  const found = fromRows(stopCodeRows, stopCode ?? '', text);
  return (
    found ?? {
      kind: 'unknown',
      cause: redactText(text, longestCause),
      hint: "read the task's log and its events in ECS",
    }
  );
}

/** A container that failed by itself tells more than those ECS then killed; exit code 0 tells least. */
function decisiveExit({ containers }: Task): { name: string; exitCode: number } | undefined {
  const weight = (exitCode: number) => (exitCode === 0 ? 0 : exitCode === 137 || exitCode === 143 ? 1 : 2);
  return containers
    .flatMap(({ name, exitCode }) => (exitCode === undefined ? [] : [{ name, exitCode }]))
    .toSorted((a, b) => weight(b.exitCode) - weight(a.exitCode))[0];
}

function fromRows(rows: readonly ReasonRow[], evidence: string, cause: string): StopCause | undefined {
  const row = rows.find(({ pattern }) => pattern.test(evidence));
  return row && { kind: row.kind, cause: redactText(cause, longestCause), hint: hintOf(row.hint, evidence) };
}

/** `{arn}` in a hint becomes the ARN or parameter that the message names. */
function hintOf(hint: string, evidence: string): string {
  const named = /arn:aws[\w-]*:(?:ssm|secretsmanager):[^\s,;"'\])]+/.exec(evidence)?.[0]?.replace(/[.:]$/, '');
  return hint.replace('{arn}', named ?? 'the secret');
}
