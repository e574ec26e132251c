import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';

const folder = mkdtempSync(join(tmpdir(), 'batuta-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function batuta(args: string[], environment: NodeJS.ProcessEnv = {}) {
  const [out, errors]: [string[], string[]] = [[], []];
  const code = await main(args, { out: (line) => out.push(line), error: (line) => errors.push(line) }, environment);
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

describe('batuta check', () => {
  test('warns of what is hardly meant, and takes it', async () => {
    const path = file('untold.yml', 'channels: { own: { type: webhook, url: ssm:/u } }\n');
    const { code, out, errors } = await batuta(['check', '--config', path]);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/ is OK: /) });
    expect(errors).toMatch(/^warning: .*untold\.yml:1:13 channels\.own: is never told anything: no route names it; /);
  });

  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test('says in one line that a file is right', async () => {
    const path = file('good.yml', 'channels: { c: { type: webhook, url: ssm:/a } }\nroutes: [{ to: [c] }]');
    expect(await batuta(['check', '--config', path])).toEqual({
      code: 0,
      out: `${path} is OK: 0 services, 0 jobs, 1 channel, 1 route`,
      errors: '',
    });
  });

  test('prints each problem on a line and exits 1', async () => {
    const { code, out, errors } = await batuta(['check', '--config', file('bad.yml', 'clustr: a\nroutes: 5')]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(errors.split('\n')).toEqual([
      expect.stringMatching(/bad\.yml:1:1 clustr: unknown key `clustr`; did you mean `cluster`\?$/),
      expect.stringMatching(/bad\.yml:2:1 routes: must be a list, not a number/),
    ]);
  });

  test('misses a script that the toolbox does not have', async () => {
    const text = 'cluster: a\nnetwork: { subnets: [subnet-1] }\njobs: { j: { script: db-bakup.sh } }';
    const { errors } = await batuta(['check', '--config', file('script.yml', text)]);
    expect(errors).toMatch(/containers\/toolbox\/scripts has no `db-bakup.sh`; did you mean `db-backup.sh`\?/);
  });

  test('names a file that is not there', async () => {
    const { code, errors } = await batuta(['check', '--config', join(folder, 'absent.yml')]);
    expect(code).toBe(1);
    expect(errors).toMatch(/absent\.yml: there is no such file; name another file/);
  });
});

describe('batuta push', () => {
  let answer: { status: number; body: unknown } = { status: 200, body: { digest: 'sha256:abc', tags: ['1.1.0'] } };
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, body: JSON.parse(body) });
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test('posts the absolute folder and prints the digest', async () => {
    expect(await batuta(['push', 'shop/api:1.1.0', folder, '--aws-url', url])).toEqual({
      code: 0,
      out: 'shop/api:1.1.0 sha256:abc',
      errors: '',
    });
    const body = { repository: 'shop/api', tag: '1.1.0', directory: folder };
    expect(seen.at(-1)).toEqual({ method: 'POST', url: '/_local/push', body });
  });

  test('an image of another registry is named with its host', async () => {
    const repository = '222222222222.dkr.ecr.eu-west-1.amazonaws.com/shop/api';
    expect(await batuta(['push', `${repository}:1`, folder, '--aws-url', url])).toMatchObject({ code: 0 });
    expect(seen.at(-1)).toMatchObject({ body: { repository, tag: '1' } });
  });

  test('takes the address from AWS_ENDPOINT_URL', async () => {
    expect(await batuta(['push', 'a:1', folder], { AWS_ENDPOINT_URL: url })).toMatchObject({ code: 0 });
  });

  test('says what the system refused', async () => {
    answer = { status: 400, body: { message: 'image.json is missing' } };
    const { code, errors } = await batuta(['push', 'a:1', folder, '--aws-url', url]);
    expect({ code, errors }).toEqual({ code: 1, errors: `batuta: ${url} answered 400: image.json is missing` });
  });

  test('does not take another answer for a success', async () => {
    answer = { status: 200, body: { hello: 'world' } };
    expect(await batuta(['push', 'a:1', folder, '--aws-url', url])).toMatchObject({ code: 1, out: '' });
  });

  test('says to start the system where nothing listens', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    expect(await batuta(['push', 'a:1', folder, '--aws-url', address])).toEqual({
      code: 1,
      out: '',
      errors: `batuta: nothing listens at ${address}; start the system with npm start first`,
    });
  });

  test.each([
    [[], /push wants an image and a folder/],
    [['a:1'], /push wants an image and a folder/],
    [['a', folder], /a is no image name; write repository:tag/],
    [['a:1', join(folder, 'absent')], /absent is no folder/],
    [['a:1', folder, '--aws-url', 'x'], /x is no URL/],
    [['a:1', folder, '--aws', 'x'], /^batuta: there is no --aws for push; batuta push --help lists its options$/],
  ])('%j is refused', async (args, message) => {
    const { code, errors } = await batuta(['push', ...args]);
    expect(code).toBe(1);
    expect(errors).toMatch(message);
  });
});

describe('batuta', () => {
  test('runs from its file, as npx runs it', () => {
    const root = new URL('../../', import.meta.url);
    const out = execFileSync(process.execPath, ['cli/batuta.ts', 'check'], { cwd: root, encoding: 'utf8' });
    expect(out).toMatch(/^batuta\.yml is OK: /);
  });

  test.each([[['--help']], [['-h']], [['help', '-h']], [['help']]])('%j shows the usage', async (args) => {
    const { code, out } = await batuta(args);
    expect(code).toBe(0);
    expect(out).toMatch(/batuta check \[--config FILE\]\n[\s\S]*batuta push REPOSITORY:TAG FOLDER/);
  });

  test.each([[['check', '--help']], [['check', 'x', '-h']], [['help', 'check']]])(
    '%j shows the usage of that command only',
    async (args) => {
      const { code, out } = await batuta(args);
      expect(code).toBe(0);
      expect(out).toMatch(/^Usage:\n {2}batuta check \[--config FILE\]\n {6}check batuta\.yml[^\n]*$/);
    },
  );

  test('the usage of a command that is none has its nearest name', async () => {
    expect(await batuta(['chek', '--help'])).toMatchObject({ code: 1, errors: expect.stringContaining('`check`?') });
  });

  test('without a command it shows the usage and exits 1', async () => {
    expect(await batuta([])).toMatchObject({ code: 1, out: expect.stringMatching(/^Usage:/) });
  });

  test('an unknown command has its nearest name', async () => {
    expect(await batuta(['chek'])).toEqual({
      code: 1,
      out: '',
      errors: 'batuta: there is no command `chek`; did you mean `check`?',
    });
  });
});
