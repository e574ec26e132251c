import { expect, test } from 'vitest';
import { runScript } from './support/container.ts';

const environment = { DB_PASSWORD: 'correct-horse/battery+staple', BATUTA_SECRETS: 'DB_PASSWORD' };
const shell = (script: string) => runScript('shell.sh', [script], { environment });

test('the backup runs, and the password that it prints is masked', async () => {
  const { exitCode, stdout, stderr } = await runScript('db-backup.sh', ['--database', 'shop'], { environment });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('connecting to postgres://backup:***@demo.invalid/shop\n');
  expect(stdout).toMatch(/::output rows=1200\n::output file=\/tmp\/shop-.*\.sql\n::progress 100 done\n$/);
});

test('the report runs', async () => {
  const { exitCode, stdout, stderr } = await runScript('report.py', ['--days', '3']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/::progress 100 .*\n::output days=3\n::output total=[\d.]+\n$/);
});

test('a secret is masked however the image’s own tools encode it', async () => {
  const { stdout, stderr } = await shell(`
    echo "$DB_PASSWORD"; echo "$DB_PASSWORD" >&2
    printf %s "$DB_PASSWORD" | base64
    printf 'user:%s' "$DB_PASSWORD" | base64
    jq -rn '$ENV.DB_PASSWORD | @uri'
    jq -n '$ENV.DB_PASSWORD'
    python3 -c 'import os, urllib.parse; print(urllib.parse.quote_plus(os.environ["DB_PASSWORD"]))'`);
  expect(stdout).toMatch(/^\*\*\*\n\*\*\*=*\n[^\n]{0,8}\*\*\*[^\n]{0,4}\n\*\*\*\n"\*\*\*"\n\*\*\*\n$/);
  expect(stderr).toBe('***\n');
});

test('::mask is swallowed, and its value masked from then on', async () => {
  const { stdout } = await shell('echo before; echo "::mask token-77"; echo "got token-77"');
  expect(stdout).toBe('before\ngot ***\n');
});

test('100 MB in one line come through in bounded memory', async () => {
  const { exitCode, stdout } = await shell(
    'head -c 100000000 /dev/zero | tr "\\0" x; echo; grep VmHWM /proc/$PPID/status',
  );
  const kB = Number(/VmHWM:\s+(\d+) kB\n$/.exec(stdout)?.[1]);
  expect({ exitCode, length: stdout.indexOf('\n') }).toEqual({ exitCode: 0, length: 100_000_000 });
  expect(kB).toBeLessThan(150_000);
});

test('binary output comes through byte by byte', async () => {
  const { bytes } = await runScript('shell.sh', [
    'printf "$(for i in $(seq 0 255); do printf "\\\\\\\\%03o" $i; done)"',
  ]);
  expect([...bytes]).toEqual([...Array(256).keys()]);
});
