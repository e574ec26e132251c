import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, expect, test } from 'vitest';
import { type LocalRunOptions, runLocally } from '../../../cli/local-run/run-locally.ts';
import { virtualClock } from '../../../local/clock.ts';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { createSecretsManager } from '../../../local/cloud/secretsmanager/secretsmanager.ts';
import { AwsError } from '../../../local/cloud/service.ts';
import { createSsm } from '../../../local/cloud/ssm/ssm.ts';
import type { JobConfig } from '../../../shared/config/config.ts';
import { jobDefaults } from '../../../shared/config/job-defaults.ts';
import { countingPlace } from '../../support/local-ecs.ts';
import { clientConfig } from '../../support/sdk.ts';

const folder = mkdtempSync(join(tmpdir(), 'batuta-local-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const loop: JobConfig = {
  ...jobDefaults,
  name: 'loop',
  image: 'toolbox',
  command: ['run', 'slow-loop.mjs'],
  args: ['{{steps}}', '1'],
  params: { steps: { type: 'integer', required: false, default: 2 } },
  secrets: {},
  cpu: 256,
  memoryMiB: 512,
  timeoutMs: 60_000,
  stopTimeoutSeconds: 5,
  cluster: 'prod',
};
const backup: JobConfig = {
  ...loop,
  name: 'backup',
  command: ['run', 'db-backup.sh'],
  args: ['--database', '{{database}}'],
  params: { database: { type: 'string', required: true } },
  secrets: { DB_PASSWORD: '/shop/db/password' },
};

/** AWS with one parameter and one secret; `refuse` words a refusal of every read. */
async function openAws(refuse?: () => AwsError) {
  const [clock, place] = [virtualClock(), countingPlace()];
  let isReady = false;
  const dispatcher = createDispatcher([createSsm({ place, clock }), createSecretsManager({ place, clock })], {
    before: () => {
      if (isReady && refuse) throw refuse();
    },
  });
  const aws = clientConfig(dispatcher);
  const value = { Name: '/shop/db/password', Value: 'correct-horse', Type: 'SecureString' } as const;
  await new SSMClient(aws).send(new PutParameterCommand(value));
  const secret = { Name: 'db', SecretString: '{"password":"correct-horse","port":5432}' };
  const { ARN = '' } = await new SecretsManagerClient(aws).send(new CreateSecretCommand(secret));
  isReady = true;
  return { aws, arn: ARN };
}

const denied = (action: string, resource: string) =>
  `User: arn:aws:iam::123456789012:user/ana is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

async function run(job: JobConfig, options: Partial<LocalRunOptions> = {}) {
  const lines: string[] = [];
  const { output = { out: new PassThrough(), error: new PassThrough() } } = options;
  const [out, error] = [text(output.out as PassThrough), text(output.error as PassThrough)];
  const environment = { PATH: process.env.PATH, TMPDIR: folder, STRAY: 'of the caller' };
  const close = () => void [output.out.end(), output.error.end()];
  const terminal = { out: (line: string) => lines.push(line), error: (line: string) => lines.push(line) };
  const exitCode = await runLocally(job, { params: {}, environment, ...options, output }, terminal).finally(close);
  return { exitCode, out: await out, error: await error, lines: lines.join('\n') };
}

/** What the run printed and said, as one text: no secret may be in it. */
const all = ({ out, error, lines }: { out: string; error: string; lines: string }) => out + error + lines;

test('a script runs with its parameters, and its exit code is the command’s', async () => {
  const { exitCode, out, lines } = await run(loop, { params: { steps: 3 } });
  expect({ exitCode, out: out.trim().split('\n').at(-1) }).toEqual({ exitCode: 0, out: '::output steps=3' });
  expect(lines).toMatch(/^loop ended with exit code 0 after \d+\.\d s$/);
});

test('a script’s failure is its own exit code', async () => {
  const wrong = { ...loop, args: ['many'] };
  expect(await run(wrong)).toMatchObject({ exitCode: 64, error: expect.stringContaining('slow-loop.mjs: usage') });
});

test('nothing is left on the machine', async () => {
  await run(loop);
  expect(readdirSync(folder).filter((name) => name.startsWith('batuta-local-'))).toEqual([]);
});

test('wrong parameters are all named, and nothing runs', async () => {
  const refused = run({ ...backup, secrets: {} }, { params: { databse: 'shop' } });
  await expect(refused).rejects.toThrow(/databse is not a parameter.*\ndatabase is required/);
});

test('a job of another image is refused with what can be done', async () => {
  await expect(run({ ...loop, image: 'shop/api:1' })).rejects.toThrow(/image shop\/api:1.*without --local/);
});

test.concurrent('secrets come from the file, masked in the output and never told', async () => {
  const envFile = join(folder, 'some.env');
  writeFileSync(envFile, '# local\nexport DB_PASSWORD="hunter2 secret"\nOTHER=1\n');
  const result = await run(backup, { params: { database: 'shop' }, envFile });
  expect(result.exitCode).toBe(0);
  expect(result.out).toContain('postgres://backup:***@demo.invalid/shop');
  expect(result.lines).toContain(`secrets: DB_PASSWORD from ${envFile}`);
  expect(all(result)).not.toContain('hunter2');
});

test.concurrent('what the file does not have comes from AWS, decrypted', async () => {
  const { aws } = await openAws();
  const result = await run(backup, { params: { database: 'shop' }, aws });
  expect(result.out).toContain('postgres://backup:***@demo.invalid/shop');
  expect(result.lines).toContain('secrets: DB_PASSWORD from /shop/db/password');
  expect(all(result)).not.toContain('correct-horse');
});

test.concurrent('one key of a secret is taken as ECS takes it', async () => {
  const { aws, arn } = await openAws();
  const job = { ...backup, secrets: { DB_PASSWORD: `${arn}:password::` } };
  expect((await run(job, { params: { database: 'shop' }, aws })).exitCode).toBe(0);
  const wrong = { ...backup, secrets: { DB_PASSWORD: `${arn}:pasword::` } };
  await expect(run(wrong, { params: { database: 'shop' }, aws })).rejects.toThrow(/has no key pasword/);
});

test('secrets that AWS refuses are named together with the permission that the execution role needs', async () => {
  const arn = 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/db/password';
  const { aws } = await openAws(() => new AwsError('AccessDeniedException', denied('ssm:GetParameters', arn)));
  const job = { ...backup, secrets: { DB_PASSWORD: '/shop/db/password', API_KEY: '/shop/api-key' } };
  const message = await run(job, { params: { database: 'shop' }, aws }).catch((error: Error) => error.message);
  expect(message).toContain(`the secret DB_PASSWORD: AWS refuses you ssm:GetParameters on ${arn}`);
  expect(message).toContain('execution role');
  expect(message).toContain('the secret API_KEY: ');
});

test('a key that may not be used is told as such', async () => {
  const kms = 'The ciphertext refers to a customer master key that does not exist, or you are not allowed to access.';
  const { aws } = await openAws(() => new AwsError('AccessDeniedException', kms));
  await expect(run(backup, { params: { database: 'shop' }, aws })).rejects.toThrow(/kms:Decrypt on the key of \/shop/);
});

test('a secret that is nowhere is refused before the script runs', async () => {
  const { aws } = await openAws();
  const absent = run({ ...backup, secrets: { A: '/absent' } }, { params: { database: 'shop' }, aws });
  await expect(absent).rejects.toThrow(/the secret A: AWS has no \/absent .* --secrets-file FILE with a line A=/);
});

test('a file that is not there is named', async () => {
  const missing = run(backup, { params: { database: 'shop' }, envFile: join(folder, 'absent.env') });
  await expect(missing).rejects.toThrow(/absent\.env: there is no such file/);
});

test('calls that AWS refused the script are told with what the task role needs', async () => {
  const args = [denied('s3:PutObject', 'arn:aws:s3:::backups/shop.sql'), 'x'];
  const taskRoleArn = 'arn:aws:iam::123456789012:role/backup';
  const { lines } = await run({ ...backup, secrets: {}, args, taskRoleArn }, { params: { database: 'shop' } });
  expect(lines).toContain('  s3:PutObject on arn:aws:s3:::backups/shop.sql\n');
  expect(lines).toContain(`the task role ${taskRoleArn}, which needs`);
  expect(lines).toContain('{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::backups/shop.sql"}');
});

test('a stop is SIGTERM to the script, as ECS stops a task', async () => {
  const out = new PassThrough();
  const running = run({ ...loop, args: ['1000', '20'] }, { output: { out, error: new PassThrough() } });
  await once(out, 'data');
  process.emit('SIGINT');
  expect((await running).exitCode).toBe(143);
});
