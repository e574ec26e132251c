import { dirname } from 'node:path';

// Docker's own default, behind the folder of the Node that runs us, so that `node` is Lambda's.
const CONTAINER_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a process sees: the container's own variables and a minimal PATH, HOME, TMPDIR and Docker's HOSTNAME, nothing else of the host. */
export function processEnvironment(
  given: Record<string, string>,
  { home, hostname }: { home: string; hostname: string },
): Record<string, string> {
  const path = `${dirname(process.execPath)}:${CONTAINER_PATH}`;
  return { PATH: path, HOME: home, TMPDIR: home, HOSTNAME: hostname, ...given };
}
