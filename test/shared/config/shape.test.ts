import { describe, expect, test } from 'vitest';
import { PLACE, problemsOf } from '../../support/configuration.ts';

const job = (rest: string) => `${PLACE}jobs:\n  j: { script: a.sh, ${rest} }`;
const service = (rest: string) => `${PLACE}services:\n  s: { image: { repository: shop/api, tags: main }, ${rest} }`;
const channel = (rest: string) => `channels:\n  c: { ${rest} }`;

describe('a wrong shape is told with its place and what to write', () => {
  test.each([
    [
      'an unknown key has its nearest name',
      job('memroy: 512'),
      '4:22 jobs.j.memroy: unknown key `memroy`; did you mean `memory`?',
    ],
    ['letter case is no distance', 'Cluster: prod', '1:1 Cluster: unknown key `Cluster`; did you mean `cluster`?'],
    [
      'a far unknown key lists the known ones',
      channel('type: webhook, url: ssm:/a, zzz: 1'),
      '2:36 channels.c.zzz: unknown key `zzz`; write one of `type`, `url`, `token`, `channel`, `routingKey`, `region`, `topic`, `bus`, `secret`, `allow`',
    ],
    [
      'a number where text is wanted',
      'network: { subnets: [1] }',
      '1:22 network.subnets[0]: must be text, not a number; put it in quotes',
    ],
    [
      'a version that YAML reads as a number',
      `${PLACE}services:\n  s: { image: { repository: a1, tags: 1.0 } }`,
      '4:33 services.s.image.tags: must be text, not a number; put it in quotes',
    ],
    [
      'yes is text in YAML 1.2',
      'network: { subnets: [subnet-1], assignPublicIp: yes }',
      '1:33 network.assignPublicIp: must be true or false, not text; write for example false',
    ],
    [
      'text where a number is wanted',
      job('memory: 512MB'),
      '4:22 jobs.j.memory: must be a number, not text; write for example 512',
    ],
    ['a fraction', job('cpu: 0.5'), '4:22 jobs.j.cpu: must be a whole number, not a fraction; write for example 256'],
    ['a key without a value', job('memory: '), '4:22 jobs.j.memory: is empty; write for example 512'],
    [
      'a missing key',
      channel('type: webhook'),
      '2:3 channels.c.url: is missing; write for example ssm:/batuta/team-webhook/url',
    ],
    [
      'text where a list is wanted',
      job('args: --verbose'),
      '4:22 jobs.j.args: must be a list, not text; write for example ["--database","{{database}}"]',
    ],
    [
      'several schedules',
      job('schedule: [{ rate: 1 day }]'),
      '4:22 jobs.j.schedule: must be keys with values, not a list; write for example {"cron":"0 3 * * ? *"}',
    ],
    [
      'a bad duration',
      job('timeout: 5 minutes'),
      '4:22 jobs.j.timeout: is no duration; write a whole number and s, m, h or d, such as 30s, 15m, 2h or 1d',
    ],
    [
      'a duration without its unit',
      job('timeout: 2'),
      '4:22 jobs.j.timeout: is no duration; write a whole number and s, m, h or d, such as 30s, 15m, 2h or 1d',
    ],
    [
      'a stop timeout over the limit',
      job('stopTimeout: 3m'),
      '4:22 jobs.j.stopTimeout: is longer than Fargate allows; write at most 120s',
    ],
    [
      'a script in another folder',
      `${PLACE}jobs: { j: { script: ../a.sh } }`,
      "3:14 jobs.j.script: is no script's name; write a plain file name that ends in .sh, .py, .js, .ts or .mjs, without a folder",
    ],
    [
      'a bad name',
      `${PLACE}jobs: { a b: { script: a.sh } }`,
      '3:9 jobs.a b: is no possible name; write letters, digits, `-` and `_`, at most 63 characters, a letter or digit first',
    ],
    [
      'a bad environment variable',
      job('secrets: { DB-PASS: /a }'),
      '4:33 jobs.j.secrets.DB-PASS: is no name for an environment variable; write letters, digits and `_`, such as DB_PASSWORD',
    ],
    [
      'a secret in the place of what Batuta gives',
      job('secrets: { BATUTA_RUN_ID: /a }'),
      '4:33 jobs.j.secrets.BATUTA_RUN_ID: begins with BATUTA_, as what Batuta itself gives a script; write another name',
    ],
    [
      'a role that is no ARN',
      'passRoles: [shop]',
      "1:13 passRoles[0]: is no role's ARN; write one such as arn:aws:iam::123456789012:role/shop-api-task",
    ],
    [
      'a pattern without glob:',
      `${PLACE}services: { s: { image: { repository: a1, tags: "main-*" } } }`,
      '3:43 services.s.image.tags: is no tag; write glob:main-* for a pattern',
    ],
    [
      'an unknown tag policy',
      `${PLACE}services: { s: { image: { repository: a1, tags: "gob:x" } } }`,
      '3:43 services.s.image.tags: begins with no known policy; write a tag, glob:…, regex:…, semver:… or newest',
    ],
    [
      'a bad range',
      `${PLACE}services: { s: { image: { repository: a1, tags: "semver:>=x.y.z.w" } } }`,
      '3:43 services.s.image.tags: is no range of versions; write for example semver:>=1.0.0 or semver:^1.2',
    ],
    [
      'a bad regular expression',
      `${PLACE}services: { s: { image: { repository: a1, tags: "regex:(" } } }`,
      '3:43 services.s.image.tags: is no regular expression; write for example regex:^v[0-9]+$',
    ],
    [
      'a regular expression that does not end',
      `${PLACE}services: { s: { image: { repository: a1, tags: "regex:^(a+)+$" } } }`,
      '3:43 services.s.image.tags: takes forever for some tags; write it without repetitions inside repetitions',
    ],
    [
      'a whole URI as repository',
      `${PLACE}services: { s: { image: { repository: 1.dkr.ecr.us-east-1.amazonaws.com/a:b, tags: a } } }`,
      '3:27 services.s.image.repository: is no ECR repository name; write the name without host and tag, such as shop/api, and the host of another registry as `registry`',
    ],
    [
      'a webhook without TLS',
      channel('type: webhook, url: http://example.com'),
      '2:23 channels.c.url: is no webhook address; write https://…, http:// only for loopback, or ssm:/name of a parameter that holds it',
    ],
    [
      'an unknown parameter type',
      job('params: { p: { type: sting } }'),
      '4:37 jobs.j.params.p.type: `sting` is not possible; did you mean `string`?',
    ],
    [
      'an unknown severity',
      'routes: [{ when: { severity: eror }, to: [] }]',
      '1:20 routes[0].when.severity: `eror` is not possible; did you mean `error`?',
    ],
    [
      'a default that is no value at all',
      job('params: { p: { type: string, default: {} } }'),
      '4:51 jobs.j.params.p.default: must be text or a number or true or false or a list, not keys with values',
    ],
    ['a list as the whole file', '- a', '1:1: must be keys with values, not a list'],
    ['an empty file', '', '1:1: is empty'],
  ])('%s', (_fact, text, expected) => expect(problemsOf(text)).toContain(`batuta.yml:${expected}`));
});

test('too many values in a list are told', () => {
  const subnets = Array.from({ length: 17 }, (_, i) => `subnet-${i}`);
  expect(problemsOf(`network: { subnets: [${subnets}] }`)).toEqual([
    'batuta.yml:1:12 network.subnets: names too many subnets; write at most 16',
  ]);
});

describe('what a later issue builds is not built yet', () => {
  test.each([
    ['environments: {}', '1:1 environments: `environments` is not built yet; remove it for now'],
    [service('sleep: x'), '4:53 services.s.sleep: `sleep` is not built yet; remove it for now'],
    ['wake: {}', '1:1 wake: `wake` is not built yet; remove it for now'],
  ])('%#: %s', (text, expected) => expect(problemsOf(text)).toContain(`batuta.yml:${expected}`));
});

describe('a key in the wrong place is told the right one', () => {
  test.each([
    [service('approval: true'), '4:53 services.s.approval: unknown key `approval`; did you mean `hold.approval`?'],
    [service('freeze: []'), '4:53 services.s.freeze: unknown key `freeze`; did you mean `hold.freeze`?'],
    [service('scan: HIGH'), '4:53 services.s.scan: unknown key `scan`; did you mean `hold.scan`?'],
    [service('exclude: [a]'), '4:53 services.s.exclude: unknown key `exclude`; did you mean `image.exclude`?'],
    [service('pause: true'), '4:53 services.s.pause: unknown key `pause`; did you mean `batuta pause NAME`?'],
    [service('rule: a'), '4:53 services.s.rule: unknown key `rule`; did you mean `scheduledTasks`?'],
    [
      `${PLACE}services: { s: { image: { repository: a1, tags: a, account: "1" } } }`,
      '3:52 services.s.image.account: unknown key `account`; did you mean `registry`?',
    ],
    ['hold: {}', '1:1 hold: unknown key `hold`; did you mean `services.NAME.hold`?'],
    [job('retries: 3'), '4:22 jobs.j.retries: unknown key `retries`; did you mean `retry.attempts`?'],
    [job('cron: "0 3 * * ? *"'), '4:22 jobs.j.cron: unknown key `cron`; did you mean `schedule.cron`?'],
    [
      job('ephemeralStorage: 50'),
      '4:22 jobs.j.ephemeralStorage: unknown key `ephemeralStorage`; did you mean `storage`?',
    ],
    [job('retry: { retries: 3 }'), '4:31 jobs.j.retry.retries: unknown key `retries`; did you mean `attempts`?'],
    [
      job('capacity: [{ name: FARGATE }]'),
      '4:35 jobs.j.capacity[0].name: unknown key `name`; did you mean `provider`?',
    ],
    [job('schedule: { every: 1 day }'), '4:34 jobs.j.schedule.every: unknown key `every`; did you mean `rate`?'],
    ['mute: []', '1:1 mute: unknown key `mute`; did you mean `routes[].mute`?'],
    [
      channel('type: sns, mentions: []'),
      '2:19 channels.c.mentions: unknown key `mentions`; did you mean `routes[].mentions`?',
    ],
    ['overlap: skip', '1:1 overlap: unknown key `overlap`; did you mean `jobs.NAME.overlap`?'],
  ])('%#: %s', (text, expected) => expect(problemsOf(text)).toContain(`batuta.yml:${expected}`));

  test('a key that is called as a method of objects is just unknown', () => {
    expect(problemsOf(service('constructor: 1'))[0]).toMatch(
      /unknown key `constructor`; (did you mean|write one of) `/,
    );
  });
});

describe('a secret is a name', () => {
  test.each([
    '/shop/db/password',
    'arn:aws:ssm:eu-west-1:123456789012:parameter/shop/db',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf:password::',
  ])('%s is one', (name) => expect(problemsOf(job(`secrets: { DB: "${name}" }`))).toEqual([]));

  test.each(['hunter2', 'S3cr3t!', '/with space', 'postgres://user:S3cr3t@db/shop', 'AKIAIOSFODNN7EXAMPLE', 'ssm:/a'])(
    '%s is none, and no message repeats it',
    (value) => {
      const problems = problemsOf(job(`secrets: { DB: "${value}" }`)).join('\n');
      expect(problems).toMatch(/jobs\.j\.secrets\.DB: looks like a value, not a name; write an SSM parameter's name/);
      expect(problems).not.toContain(value.replace(/^ssm:/, 'DB: ssm:'));
    },
  );

  test('a signing secret is one too, and is not repeated', () => {
    const [problem] = problemsOf(channel('type: webhook, url: https://example.com/x, secret: whsec_abc'));
    expect(problem).toMatch(/channels\.c\.secret: must be the name of the signing secret, never its value/);
    expect(problem).not.toContain('whsec_abc');
  });
});

test.each([
  'https://example.com/hook',
  'http://127.0.0.1:4610/x',
  'http://localhost/x',
  'http://[::1]:1/x',
  'ssm:/batuta/url',
])('%s is a webhook address', (url) => expect(problemsOf(channel(`type: webhook, url: "${url}"`))).toEqual([]));

test.each([
  'toolbox',
  'shop/tools:1.4',
  '123456789012.dkr.ecr.us-east-1.amazonaws.com/a/b:1',
  `public.ecr.aws/a/b@sha256:${'a'.repeat(64)}`,
  'localhost:5000/a:b',
])('%s is an image of a job', (image) => expect(problemsOf(job(`image: "${image}"`))).toEqual([]));

test('an image of a job without a tag is refused', () => {
  expect(problemsOf(job('image: shop/tools'))[0]).toMatch(/jobs\.j\.image: is no image; write toolbox, repository:tag/);
});

test.each<[string, string | undefined]>([
  ['{ repository: shop/tools, tags: newest }', undefined],
  ['{ repository: shop/tools }', 'jobs.j.image.tags: is missing; write for example semver:>=1.0.0'],
  ['{ repository: shop/tools, tag: newest }', 'did you mean `tags`?'],
  [
    '{ repository: shop/tools, tags: newest, registry: 999999999999.dkr.ecr.eu-west-1.amazonaws.com }',
    'is not among the registries allowed',
  ],
])('a job takes the newest of a repository: %s', (image, problem) => {
  const problems = problemsOf(job(`image: ${image}`)).join('\n');
  if (problem) expect(problems).toContain(problem);
  else expect(problems).toBe('');
});
