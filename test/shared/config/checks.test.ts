import { describe, expect, test } from 'vitest';
import { PLACE, problemsOf } from '../../support/configuration.ts';

const job = (rest: string) => `${PLACE}jobs:\n  j: { script: a.sh, ${rest} }`;
const api = 'image: { repository: shop/api, tags: main }';
const named = `${PLACE}jobs: { a: { script: a.sh } }\nservices: { b: { ${api} } }`;

describe('what needs two places to judge', () => {
  test.each([
    [
      'an impossible size lists the possible ones',
      job('cpu: 512, memory: 3000'),
      '4:32 jobs.j.memory: 3000 MiB is not possible with 512 CPU units; use 1024, 2048, 3072 or 4096',
    ],
    [
      'a long list of sizes is a range',
      job('cpu: 4096, memory: 1'),
      '4:33 jobs.j.memory: 1 MiB is not possible with 4096 CPU units; use 8192 to 30720 in steps of 1024',
    ],
    [
      'an impossible cpu',
      job('cpu: 300'),
      '4:22 jobs.j.cpu: 300 CPU units are not possible on Fargate; use 256, 512, 1024, 2048, 4096, 8192 or 16384 (1024 is one vCPU)',
    ],
    [
      'a cpu that the default memory does not fit',
      job('cpu: 1024'),
      '4:3 jobs.j: 512 MiB is not possible with 1024 CPU units; use 2048, 3072, 4096, 5120, 6144, 7168 or 8192',
    ],
    [
      'neither script nor command',
      `${PLACE}jobs: { j: {} }`,
      '3:9 jobs.j: does not say what to run; write `script: my-script.sh` or `command: [program, argument]`',
    ],
    [
      'both script and command',
      job('command: [a]'),
      '4:22 jobs.j.command: there is a script already; keep one of the two',
    ],
    [
      'a template that names no parameter',
      job('params: { database: { type: string } }, args: ["{{databse}}"]'),
      '4:69 jobs.j.args[0]: `{{databse}}` names no parameter of this job; did you mean `database`?',
    ],
    [
      'a template in a job without parameters',
      job('args: ["{{x}}"]'),
      '4:29 jobs.j.args[0]: `{{x}}` names no parameter of this job; add `x` to params',
    ],
    [
      'a template whose parameter may be absent',
      job('params: { x: { type: string, required: false } }, args: ["{{x}}"]'),
      '4:79 jobs.j.args[0]: `{{x}}` may have no value; give `x` a default, or make it required',
    ],
    [
      'a spread of no parameter',
      job('args: ["{{...x}}"]'),
      '4:29 jobs.j.args[0]: `{{x}}` names no parameter of this job; add `x` to params',
    ],
    [
      'a default that the enum lacks',
      job('params: { x: { type: string, enum: [a, b], default: c } }'),
      '4:65 jobs.j.params.x.default: must be one of a, b',
    ],
    [
      'a default of the wrong type',
      job('params: { x: { type: integer, default: 1.5 } }'),
      '4:52 jobs.j.params.x.default: must be a whole number',
    ],
    [
      'a text default that YAML reads as a number',
      job('params: { x: { type: string, default: 5 } }'),
      '4:51 jobs.j.params.x.default: must be a string; put it in quotes',
    ],
    [
      'an enum of the wrong type',
      job('params: { x: { type: integer, enum: [1, a] } }'),
      '4:62 jobs.j.params.x.enum[1]: must be a whole number',
    ],
    [
      'two parameters of one variable',
      job('params: { dry-run: { type: boolean }, dryRun: { type: boolean } }'),
      '4:60 jobs.j.params.dryRun: reaches the script as PARAM_DRY_RUN, as the parameter `dry-run` does; rename one',
    ],
    [
      'a parameter and a secret of one variable',
      job('params: { x: { type: string } }, secrets: { PARAM_X: /x }'),
      '4:32 jobs.j.params.x: reaches the script as PARAM_X, as the secret `PARAM_X` does; rename one',
    ],
    [
      'a cron of five fields',
      job('schedule: { cron: "0 3 * * *" }'),
      '4:34 jobs.j.schedule.cron: cron(0 3 * * *) has five fields; EventBridge Scheduler wants six: minutes hours day-of-month month day-of-week year, so write cron(0 3 * * ? *)',
    ],
    [
      'cron(…) inside cron',
      job('schedule: { cron: "cron(0 3 * * ? *)" }'),
      '4:34 jobs.j.schedule.cron: `cron` stands here twice; write only what is inside cron(…)',
    ],
    [
      'an unknown time zone',
      job('schedule: { rate: 1 day, timezone: America/Sao_Paolo }'),
      '4:47 jobs.j.schedule.timezone: there is no time zone `America/Sao_Paolo`; did you mean `America/Sao_Paulo`?',
    ],
    [
      'two kinds of schedule',
      job('schedule: { cron: "0 3 * * ? *", rate: 1 day }'),
      '4:55 jobs.j.schedule.rate: there is `cron` already; keep one of the two',
    ],
    [
      'an empty schedule',
      job('schedule: {}'),
      '4:22 jobs.j.schedule: does not say when; write one of cron, rate and at, such as `cron: "0 3 * * ? *"`',
    ],
    [
      'two keys for one ECS service',
      `${PLACE}services: { a: { ${api} }, b: { ${api}, service: a } }`,
      '3:65 services.b: means the same ECS service as services.a, `a` of that cluster; keep one of the two, or name another `service` or `cluster`',
    ],
    [
      'a route to no channel',
      'channels: { team: { type: webhook, url: ssm:/x } }\nroutes: [{ to: [tean] }]',
      '2:17 routes[0].to[0]: there is no channel `tean`; did you mean `team`?',
    ],
    [
      'a route where there are no channels',
      'routes: [{ to: [team] }]',
      '1:17 routes[0].to[0]: there is no channel `team`; add `team` to channels',
    ],
    [
      'a condition on no job',
      `${job('')}\nchannels: { c: { type: webhook, url: ssm:/x } }\nroutes: [{ when: { job: k }, to: [c] }]`,
      '6:20 routes[0].when.job: there is no such name under jobs: `k`; did you mean `j`?',
    ],
    [
      'a condition on a job and a service',
      `routes: [{ when: { job: "a*", service: "b*" }, to: [c] }]\nchannels: { c: { type: webhook, url: ssm:/x } }\n${named}`,
      '1:12 routes[0].when: no news is about both a job and a service; write two routes',
    ],
    [
      'a condition on deployments of a job',
      `routes: [{ when: { kind: deployment, job: "a*" }, to: [c] }]\nchannels: { c: { type: webhook, url: ssm:/x } }\n${named}`,
      '1:20 routes[0].when.kind: no such news: a job is about runs; remove `kind`',
    ],
    [
      'a condition on runs of a service',
      `routes: [{ when: { kind: run, service: "b*" }, to: [c] }]\nchannels: { c: { type: webhook, url: ssm:/x } }\n${named}`,
      '1:20 routes[0].when.kind: no such news: a service is about deployments and services; remove `kind`',
    ],
    [
      'no cluster',
      `network: { subnets: [subnet-1] }\nservices: { a: { ${api} } }\njobs: { b: { script: a.sh } }`,
      '2:13 services.a: there is no cluster here and in 1 more place, nor at the top; write for example `cluster: prod` at the top',
    ],
    [
      'no network',
      'cluster: a\njobs: { b: { script: a.sh } }',
      '2:9 jobs.b: there is no network here, nor at the top; write for example `network: { subnets: [subnet-0a1b2c3d4e5f67890] }` at the top',
    ],
  ])('%s', (_fact, text, expected) => expect(problemsOf(text)).toEqual([`batuta.yml:${expected}`]));

  test.each([
    [
      'the same service in another cluster',
      `${PLACE}services: { a: { ${api} }, b: { ${api}, service: a, cluster: test } }`,
    ],
    [
      'a condition with a wildcard',
      `${PLACE}jobs: { db-a: { script: a.sh } }\nchannels: { c: { type: webhook, url: ssm:/x } }\nroutes: [{ when: { job: "db-*" }, to: [c] }]`,
    ],
    [
      'a cluster and a network of its own',
      `jobs: { a: { script: a.sh, cluster: x, network: { subnets: [subnet-1] } } }`,
    ],
    ['a command', `${PLACE}jobs: { a: { image: "a:b", command: [sh, -c, "exit 1"] } }`],
    ['an optional parameter that no template names', job('params: { x: { type: string, required: false } }')],
  ])('%s is fine', (_fact, text) => expect(problemsOf(text)).toEqual([]));
});

test('a script is looked for where the toolbox scripts are known, unless another image brings its own', () => {
  const toolboxScripts = ['db-backup.sh', 'report.py'];
  const text = `${PLACE}jobs:\n  a: { script: db-bakup.sh }\n  b: { script: own.sh, image: "my:1" }\n  c: { script: report.py }`;
  expect(problemsOf(text, { toolboxScripts })).toEqual([
    'batuta.yml:4:8 jobs.a.script: containers/toolbox/scripts has no `db-bakup.sh`; did you mean `db-backup.sh`?',
  ]);
  expect(problemsOf(text)).toEqual([]);
});

test('one run tells everything, in the order of the file, also what needs parts that are wrong elsewhere', () => {
  const text = `clustr: prod
network: { subnets: [subnet-1] }
jobs:
  a: { script: a.sh, cpu: 512, memory: 3000, args: [5, "{{nme}}"], params: { name: { type: string, defalt: x } } }
  b: { script: 7, schedule: { cron: "* * * *" } }
channels: { team: { type: webhook } }
routes: [{ to: [tem, team] }]`;
  const paths = problemsOf(text).map((line) => line.replace(/^batuta\.yml:\d+:\d+ (\S+): .*$/, '$1'));
  expect(paths).toEqual([
    'clustr',
    'jobs.a',
    'jobs.a.memory',
    'jobs.a.args[0]',
    'jobs.a.args[1]',
    'jobs.a.params.name.defalt',
    'jobs.b.script',
    'jobs.b.schedule.cron',
    'channels.team.url',
    'routes[0].to[0]',
  ]);
});
