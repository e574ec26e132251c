import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * Runs a program to its end and resolves with its standard output, trimmed.
 * @throws Error with the last lines of what it printed when it fails or is not installed.
 */
export async function command(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}; is it installed?`));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'no exit code'));
  });
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code === 0) return out.trim();
  const tail = `${out}\n${err}`.trim().split('\n').slice(-25).join('\n');
  throw new Error(`${program} ${args.join(' ')}: ${code}\n${tail}`);
}
