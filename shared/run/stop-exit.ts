import type { StopCause } from '../aws/task.ts';

const meanings: Readonly<Record<number, { kind: string; meaning: string; hint: string }>> = {
  126: { kind: 'exit', meaning: 'not executable', hint: 'check the entry point and its permissions' },
  127: { kind: 'exit', meaning: 'not found', hint: 'check the command and PATH' },
  130: { kind: 'terminated', meaning: 'SIGINT', hint: 'normal where something stopped it' },
  // Also what memory running out leaves where the kernel killed another process than the container's first: see below.
  137: {
    kind: 'killed',
    meaning: 'SIGKILL',
    hint: 'often stopTimeout passed before it ended: end on SIGTERM, or raise it',
  },
  139: { kind: 'crash', meaning: 'SIGSEGV', hint: 'a crash in native code, or an image for another architecture' },
  143: { kind: 'terminated', meaning: 'SIGTERM', hint: 'normal in a rollout' },
  255: { kind: 'exit', meaning: 'a general failure', hint: 'read the log' },
};

/**
 * SIGKILL where nothing was stopping the task. The kernel may kill another process than the container's first
 * (aws/amazon-ecs-agent#794), and then no OutOfMemoryError need be told: likely memory, and not known.
 */
const killedByItself =
  'no stopTimeout passed, as nothing was stopping the task: most often the kernel kills a process of it that takes too much memory; compare MemoryUtilization in CloudWatch with its memory, and raise memory';

/**
 * What an exit code says by itself; undefined for 0 where something else ended the task. `isAlone`: no other container
 * of it ended well, which would have ECS stop this one.
 */
export function explainExit(
  container: string,
  exitCode: number,
  { stopCode, isAlone }: { stopCode: string | undefined; isAlone: boolean },
): StopCause | undefined {
  const told = `exit code ${exitCode} of container ${container}`;
  if (exitCode === 0) {
    if (stopCode !== undefined && stopCode !== 'EssentialContainerExited') return undefined;
    return { kind: 'completed', cause: told, hint: 'a service must keep its process in the foreground' };
  }
  const known = meanings[exitCode];
  if (!known) return { kind: 'exit', cause: told, hint: 'read the log' };
  const isByItself = exitCode === 137 && stopCode === 'EssentialContainerExited' && isAlone;
  return { kind: known.kind, cause: `${told} (${known.meaning})`, hint: isByItself ? killedByItself : known.hint };
}
