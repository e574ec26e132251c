import { dirname } from 'node:path';

// Docker's own default, behind the folder of the Node that runs us, so that `node` is Lambda's.
const CONTAINER_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a process sees: the container's own variables and a minimal PATH, HOME and TMPDIR, nothing else of the host. */
export function processEnvironment(given: Record<string, string>, home: string): Record<string, string> {
  return { PATH: `${dirname(process.execPath)}:${CONTAINER_PATH}`, HOME: home, TMPDIR: home, ...given };
}
