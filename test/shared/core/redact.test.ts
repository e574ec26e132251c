import { expect, test } from 'vitest';
import { redact, redactedTail, redactText } from '../../../shared/core/redact.ts';

// Put together here, so that no scanner takes this file for a leak.
const join = (...parts: string[]) => parts.join('');
const jwt = join(
  'eyJhbGciOiJIUzI1NiJ9',
  '.eyJzdWIiOiIxMjM0NTY3ODkwIn0',
  '.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
);

test.each<[fact: string, line: string, secret: string, kept: string]>([
  ['a password in a URL', 'connecting to postgres://shop:hunter2@db:5432/shop', 'hunter2', '@db:5432/shop'],
  ['a password with an @ in a URL', 'mysql://root:p@ss/w0rd@db/shop failed', 'ss/w0rd', '@db/shop failed'],
  ['a token as the user of a URL', 'cloning https://tok-en1@git.example.com/x', 'tok-en1', 'git.example.com/x'],
  ['key=value', 'start DB_PASSWORD=hunter2 PORT=8080', 'hunter2', 'PORT=8080'],
  ['key: value, to the end of the field', 'password: correct horse battery, user: bob', 'horse', 'user: bob'],
  ['a value in JSON', '{"dbPassword":"hun\\"ter2","port":8080}', 'ter2', '"port":8080'],
  ['a number in JSON', '{"pwd": 4711, "port": 8080}', '4711', '"port": 8080'],
  ['JSON within JSON', String.raw`{"msg":"{\"api_key\":\"s3cr3t\",\"a\":1}"}`, 's3cr3t', 'msg'],
  ['a value in single quotes', "secret = 'open sesame' ok", 'sesame', 'ok'],
  ['a hash rocket', ':token=>abc123def done', 'abc123def', 'done'],
  ['a command-line option', 'psql --password hunter2 --host db', 'hunter2', '--host db'],
  ['a query parameter', 'GET /cb?state=1&access_token=abc123&x=2', 'abc123', '&x=2'],
  [
    'a signed address',
    'PUT https://b.s3.amazonaws.com/k?X-Amz-Signature=0123abcd&x=1',
    '0123abcd',
    'b.s3.amazonaws.com/k',
  ],
  ['an Authorization header', 'authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz', 'authorization'],
  ['an Authorization header in JSON', '{"Authorization":"Bearer abc.def-ghi","b":1}', 'abc.def', '"b":1'],
  ['a cookie', 'Cookie: session=abcdef; theme=dark', 'abcdef', 'Cookie'],
  ['a bearer token in prose', 'sent Bearer 0123456789abcdef to it', '0123456789abcdef', 'to it'],
  ['an AWS access key id', join('using AKIA', 'IOSFODNN7EXAMPLE now'), 'IOSFODNN7', 'now'],
  ['an AWS secret access key', join('key wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYEXAMPLEKEY used'), 'bPxRfiCY', 'used'],
  ['a JWT', `got ${jwt} from it`, 'dozjgNryP4J3', 'from it'],
  ['a JWT cut short', `got ${jwt.slice(0, 60)}`, 'eyJzdWIi', 'got'],
  ['a GitHub token', join('ghp_', 'abcdefghijklmnopqrstuvwxyz0123456789 x'), 'abcdefgh', 'x'],
  ['a Slack token', join('xoxb-', '12345678-abcdefgh sent'), 'abcdefgh', 'sent'],
  ['a Slack webhook', 'POST https://hooks.slack.com/services/T0/B0/zanzibar: 404', 'zanzibar', 'hooks.slack.com'],
  ['a Stripe key', join('sk_live_', 'abcdefgh12345678 used'), 'abcdefgh', 'used'],
  ['a signing secret', join('whsec_', 'MfKQ9r8GKYqrTwjUPD8I used'), 'MfKQ9r8G', 'used'],
  ['a token of ours', `bearer is ops.${'aB3_-'.repeat(8)}xyz here`, 'aB3_-', 'here'],
  ['a short name in camel case', 'dbPass=hunter2 dbUser=bob', 'hunter2', 'dbUser=bob'],
  ['several names of one', 'TOKENS=aaa1,bbb2 x', 'aaa1', ' x'],
  ['a parameter of a run', 'database=shop, api_token=abc123', 'abc123', 'database=shop'],
  ["a bot's token", join('bot 1234567890:', 'AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw7 x'), 'AAHdqTcv', 'x'],
  ['a Hugging Face token', join('hf_', 'abcdefghijklmnopqrstuv x'), 'abcdefgh', 'x'],
  ['a password in colours', 'DB_PASS\u001b[31mWORD=hun\u001b[0mter2 x', 'ter2', 'x'],
  ['a session token', `x FwoGZXIvYXdzE${'aB3/+'.repeat(30)}== y`, 'FwoGZXIv', 'y'],
])('%s is taken out, and the rest stays', (_fact, line, secret, kept) => {
  expect(line).toContain(secret);
  expect(redact(line)).not.toContain(secret);
  expect(redact(line)).toContain('[redacted]');
  expect(redact(line)).toContain(kept);
});

test.each([
  'Error: connect ECONNREFUSED 10.0.0.1:5432',
  'listening on http://0.0.0.0:8080/health',
  'image shop/api@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
  'commit 0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d by bob@example.com',
  '    at Module._compile (node:internal/modules/cjs/loader:1554:14)',
  '    at /usr/src/app/node_modules/some-library/dist/handlers/index.js:10:5',
  'task arn:aws:ecs:us-east-1:123456789012:task/prod/0123456789abcdef0123456789abcdef stopped',
  '2026-11-20T09:00:00.000Z WARN retry 3 of 5',
  'the tokenizer: bpe, its secretary: bob, compass: north, 12 passed: yes',
  'token_count=512 max-token-limit: 4096 secret_name=shop-db PASSWORD_FILE=/run/db',
  'run r-abcdefghijklmnopqrstuvwx of deployment d-abcdefghijklmnopqrstuvwx, task 405cdabe0b3f4a0b9d1d5d2f0c6a7e11',
  'arn:aws:ecs:us-west-2:111122223333:task/FargateCluster/c13b4cb40f1f4fe4a2971f76ae5a47ad stopped',
  'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/Db-AbCdEf:password:: is not allowed',
  'failed to fetch secret arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db-AbCdEf from secrets manager: AccessDeniedException: not authorized to perform: secretsmanager:GetSecretValue',
  'arn:aws:ssm:eu-west-1:111122223333:parameter/shop/db/password: ParameterNotFound',
  'role arn:aws:iam::111122223333:role/batuta-prod-FollowTaskRole605A040B-1ABCDEF12345',
  'log group /aws/ecs/containerinsights/FargateCluster/production/shop-api-Blue2',
  'sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
])('%s says no secret and stays as it is', (line) => expect(redact(line)).toBe(line));

test.each([
  ['{"token":"zzz","msg":"x"}', '{"token":[redacted],"msg":"x"}'],
  ['DB_PASSWORD="a b" PORT=1', 'DB_PASSWORD=[redacted] PORT=1'],
  ["token => 'abc' done", 'token => [redacted] done'],
])('what was taken out of %s is not taken out twice', (line, told) => {
  expect(redact(line)).toBe(told);
});

test('what is looked at is bounded, whatever comes', () => {
  const units = [
    'a',
    'password',
    'a:',
    '"',
    'eyJ.',
    'http://',
    '-',
    'token ',
    '/a',
    'token:',
    '\n',
    'arn:aws:',
    '\u001b[',
  ];
  for (const unit of units) {
    const text = unit.repeat(1_000_000 / unit.length);
    expect(redact(text).length).toBeLessThan(10_000);
    expect(redactText(text, 500).length).toBeLessThanOrEqual(500);
  }
});

test('a text of several lines keeps them, without the key within', () => {
  expect(redactText(`it printed\r\n${key.join('\n')}\ndone`, 500)).toBe(
    `it printed\n${key.map(() => '[redacted]').join('\n')}\ndone`,
  );
  expect(redactText(`the key ${key.join('\\n')}`, 500)).toBe('[redacted]');
});

test('marks of direction, colours and broken characters go', () => {
  expect(redact('\u202eevil\u001b[31m red\u0000\ud800 👩‍💻\tx')).toBe('evil red\ufffd 👩‍💻\tx');
});

const key = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEow', 'qGukO1', '-----END RSA PRIVATE KEY-----'];

test('a private key over several lines is taken out whole', () => {
  expect(redactedTail(['reading', ...key, 'done'], 20, 100)).toEqual([
    'reading',
    ...key.map(() => '[redacted]'),
    'done',
  ]);
});

test('a key that began before the tail is taken out of it too', () => {
  expect(redactedTail(['reading', ...key, 'done'], 3, 100)).toEqual(['[redacted]', '[redacted]', 'done']);
});

test('a key of which only the end was read is known by its lines', () => {
  const line = 'MIIEowIBAAKCAQEA0Z3VS5JJcds3xfnygFqZ0uyqZrK1sVq8sKcL0bDdPQFq1234';
  expect(redactedTail([line, '-----END RSA PRIVATE KEY-----', 'done'], 20, 100)).toEqual([
    '[redacted]',
    '[redacted]',
    'done',
  ]);
});

test('lines are cut after what is secret was taken out', () => {
  const line = `${'x '.repeat(45)}password=hunter2`;
  expect(redactedTail([line], 1, 100)[0]).toHaveLength(100);
  expect(redactedTail([line], 1, 100)[0]).not.toContain('hunter');
});

test('a cut splits no character as people see it', () => {
  const family = '👩‍👩‍👧‍👦';
  expect(redactText(family.repeat(100), 100)).toBe(`${family.repeat(9)}…`);
  expect(redactedTail([`a${family.repeat(100)}`], 1, 100)).toEqual([`a${family.repeat(8)}…`]);
});
