import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for all that tests leave in the temporary one, gone at the end of the run. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'batuta-tests-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
