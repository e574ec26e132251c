import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './paths.ts';

/** `batuta logs …` as a user runs it; each piece of its output as it comes. */
export function logCommand(
  door: { api: string; token: string },
  args: readonly string[],
  hear: (text: string) => void,
) {
  const child = spawn(process.execPath, [join(root, 'cli/batuta.ts'), 'logs', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, BATUTA_API: door.api, BATUTA_TOKEN: door.token },
  });
  child.stdout.setEncoding('utf8').on('data', hear);
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`batuta logs ended with ${code}`))));
  });
  return { pid: child.pid ?? 0, ended };
}
