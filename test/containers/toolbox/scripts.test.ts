import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { has, useToolbox } from './toolbox.ts';

const toolbox = useToolbox();
const secrets = { DB_PASSWORD: 'correct-horse', BATUTA_SECRETS: 'DB_PASSWORD' };
const outputOf = (stdout: string, name: string) => new RegExp(`^::output ${name}=(.*)$`, 'm').exec(stdout)?.[1];

describe.skipIf(!has('bash'))('db-backup.sh (needs bash)', () => {
  test('without a database writes the rows that it reports, and its password is masked', async () => {
    const { code, stdout } = await toolbox.run('db-backup.sh', ['--database', 'shop'], secrets);
    expect(code).toBe(0);
    expect(stdout).toContain('postgres://backup:***@');
    expect(stdout).toContain('::progress 90 copied 1200 rows\n');
    const dump = await readFile(outputOf(stdout, 'file') ?? '', 'utf8');
    expect(dump.match(/^INSERT INTO orders/gm)).toHaveLength(Number(outputOf(stdout, 'rows')));
  });

  test('with DB_HOST calls pg_dump, the password in its environment and not in its arguments', async () => {
    const bin = join(toolbox.directory(), 'bin');
    await mkdir(bin);
    // Stands in for pg_dump: writes its arguments and password to the file after --file.
    await writeFile(join(bin, 'pg_dump'), '#!/bin/sh\nfor last; do :; done\necho "$* as $PGPASSWORD" >"$last"\n', {
      mode: 0o755,
    });
    const env = { ...secrets, DB_HOST: 'db.internal', PATH: `${bin}:${process.env.PATH}` };
    const { code, stdout } = await toolbox.run('db-backup.sh', ['--database', 'billing'], env);
    expect(code).toBe(0);
    const file = outputOf(stdout, 'file') ?? '';
    expect(await readFile(file, 'utf8')).toBe(
      `--host db.internal --username backup --dbname billing --file ${file} as correct-horse\n`,
    );
  });

  test.each([
    ['no password', ['--database', 'shop'], {}, 78, 'DB_PASSWORD is not set'],
    ['no database', [], secrets, 64, '--database must be'],
    ['a database name that is a path', ['--database', '../shop'], secrets, 64, '--database must be'],
    ['an option without a value', ['--database'], secrets, 64, '--database needs a value'],
    ['an unknown option', ['--table', 'x'], secrets, 64, 'unknown option --table'],
  ])('with %s says what to do', async (_what, args, env, code, message) => {
    const result = await toolbox.run('db-backup.sh', args, env);
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
  });

  test('stopped half way, removes the unfinished dump', async () => {
    const { child, result, printed } = toolbox.start(['run', 'db-backup.sh', '--database', 'stopped'], secrets);
    await printed('::progress 15');
    child.kill('SIGTERM');
    const { code, stdout } = await result;
    expect(code).toBe(143);
    const file = /backing up stopped to (.*)/.exec(stdout)?.[1] ?? '';
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe.skipIf(!has('python3'))('report.py (needs python3)', () => {
  test('reports as many days as asked', async () => {
    const { code, stdout } = await toolbox.run('report.py', ['--days', '3', '--currency', 'BRL']);
    expect(code).toBe(0);
    expect(stdout.match(/^\d{4}-\d\d-\d\d .* BRL$/gm)).toHaveLength(3);
    expect(outputOf(stdout, 'total')).toMatch(/^\d+\.\d\d$/);
  });

  test('refuses a number of days out of range', async () => {
    expect(await toolbox.run('report.py', ['--days', '0'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('slow-loop.mjs', () => {
  test('reports each step and the number of them', async () => {
    expect(await toolbox.run('slow-loop.mjs', ['2', '1'])).toMatchObject({
      code: 0,
      stdout: '::progress 50 step 1 of 2\n::progress 100 step 2 of 2\n::output steps=2\n',
    });
  });

  test('answers SIGTERM with a line and 143', async () => {
    const { child, result, printed } = toolbox.start(['run', 'slow-loop.mjs', '1000', '20']);
    await printed('step 2');
    child.kill('SIGTERM');
    expect(await result).toMatchObject({
      code: 143,
      stdout: expect.stringMatching(/stopped by SIGTERM after \d+ of 1000/),
    });
  });

  test('refuses a number of steps that is none', async () => {
    expect(await toolbox.run('slow-loop.mjs', ['many'])).toMatchObject({ code: 64 });
  });
});
