import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';

const yaml = `cluster: prod
network: { subnets: [subnet-1] }
jobs: { db-backup: { script: db-backup.sh }, report: { script: report.py } }
services: { shop-api: { image: { repository: shop/api, tags: main } } }
channels:
  talk: { type: discord, url: ssm:/d }
  team: { type: webhook, url: ssm:/u }
  audit: { type: webhook, url: ssm:/a }
routes:
  - { when: { kind: deployment }, to: [talk, team], mute: [{ from: "22:00", to: "06:00" }] }
  - { when: { severity: error }, to: [talk], mentions: [everyone], continue: true }
  - { when: { job: "db-*" }, to: [team] }
  - { to: [audit], only: failures }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'batuta-routes-'));
  writeFileSync(join(folder, 'batuta.yml'), yaml);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function routes(...args: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  const terminal = { out: (line: string) => out.push(line), error: (line: string) => errors.push(line) };
  const config = ['--config', join(folder, 'batuta.yml')];
  const code = await main(['notify', 'routes', ...args, ...config], terminal, {});
  return { code, out, errors };
}

describe('notify routes says of each route whether it applies, and who hears the news', () => {
  test('an error of a job', async () => {
    expect(await routes('--for', 'job=db-backup severity=error')).toEqual({
      code: 0,
      out: [
        'run-failed about db-backup, severity error',
        'routes[0] to talk, team: does not apply: kind is deployment there, this is run',
        'routes[1] to talk: applies',
        'routes[2] to team: applies',
        'routes[3] to audit: is not looked at: routes[2] takes it and has no `continue: true`',
        'goes to talk with everyone, team',
      ],
      errors: [],
    });
  });

  test('a digest goes by the routes that ask for one', async () => {
    const path = join(folder, 'digests.yml');
    writeFileSync(path, `${yaml.replace('only: failures', 'only: failures, digest: weekly')}`);
    const [out, error]: [string[], () => void] = [[], () => {}];
    await main(
      ['notify', 'routes', '--for', 'kind=digest', '--config', path],
      { out: (line) => out.push(line), error },
      {},
    );
    expect(out.slice(3)).toEqual([
      'routes[2] to team: has no digest: write `digest: daily` or `digest: weekly` there',
      'routes[3] to audit: applies',
      'goes to audit',
    ]);
  });

  test('a success that nobody wants to hear of', async () => {
    expect((await routes('--for', 'kind=run-succeeded job=report')).out.slice(3)).toEqual([
      'routes[2] to team: does not apply: job is db-* there, this is report',
      'routes[3] to audit: applies, but `only: failures` leaves run-succeeded out',
      'goes to nobody',
    ]);
  });

  test('what only changes a message, at noon', async () => {
    const { out } = await routes('--for', 'kind=deployment-started service=shop-api', '--at', '2026-11-21T12:00:00Z');
    expect(out[1]).toBe('routes[0] to talk, team: applies, for what updates its message in place: talk');
  });

  test('a failure in a muted night, in JSON', async () => {
    const { out } = await routes('--json', '--for', 'service=shop-api,tag=main', '--at', '2026-11-21T23:00:00Z');
    expect(JSON.parse(out.join('\n'))).toMatchObject({
      news: { kind: 'deployment-failed', severity: 'error', subject: 'shop-api', tag: 'main' },
      routes: [
        { kind: 'muted', channels: ['talk', 'team'], until: '2026-11-22T06:00:00Z' },
        { kind: 'ended', by: 0 },
        { kind: 'ended', by: 0 },
        { kind: 'ended', by: 0 },
      ],
      hearers: [
        { channel: 'talk', mutedUntil: '2026-11-22T06:00:00Z' },
        { channel: 'team', mutedUntil: '2026-11-22T06:00:00Z' },
      ],
    });
  });

  test('the end of a trouble goes where errors go', async () => {
    const { out } = await routes('--for', 'kind=run-recovered job=report');
    expect(out[0]).toBe(
      'run-recovered about report, severity info, which ends a trouble of severity error and counts as that too',
    );
    expect(out.at(-1)).toBe('goes to talk, audit');
  });
});

test.each([
  [[], "which news? Write for example batuta notify routes --for 'job=db-backup severity=error'"],
  [['--for', ''], "--for says nothing; write for example --for 'job=db-backup severity=error'"],
  [['--for', 'severity=error'], 'which news? Say it by `job=`, `service=`, `environment=` or `kind=`'],
  [['--for', 'db-backup'], "`db-backup` is not KEY=VALUE; write for example --for 'job=db-backup severity=error'"],
  [['--for', 'jbo=x'], 'news has no `jbo`; did you mean `job`?'],
  [['--for', 'job=db-bakup'], 'job=db-bakup is not possible; did you mean `db-backup`?'],
  [['--for', 'job=report severity=eror'], 'severity=eror is not possible; did you mean `error`?'],
  [['--for', 'kind=run-faild'], 'kind=run-faild is not possible; did you mean `run-failed`?'],
  [
    ['--for', 'job=report kind=deployment'],
    'no news of the kind deployment is about that; leave `kind` out, or the name',
  ],
  [['--for', 'job=report job=report'], '`job` stands twice; ask for one at a time'],
  [
    ['--for', 'job=report service=shop-api'],
    'news is about one job, one service or one environment; ask for one at a time',
  ],
  [
    ['--for', 'kind=deployment-succeeded severity=error'],
    'no deployment-succeeded is of severity error; write severity=info, or leave it out',
  ],
  [
    ['--for', 'kind=digest severity=warning'],
    'no news of the kind digest is of severity warning; write severity=info, or leave it out',
  ],
  [
    ['--for', 'job=report tag=1.0'],
    'no news of the kind run has a tag, only deployments have; leave `tag` out, or write kind=deployment',
  ],
  [['--for', 'job=report', '--at', 'noon'], '--at noon is no time with a zone; write for example 2026-11-21T23:00:00Z'],
  [['--fro', 'x'], 'there is no --fro for notify routes; did you mean --for?'],
])('%j is refused', async (args, message) => {
  expect(await routes(...args)).toEqual({ code: 1, out: [], errors: [`batuta: ${message}`] });
});

test('a job is asked about where there are none', async () => {
  const path = join(folder, 'no-jobs.yml');
  writeFileSync(path, yaml.replace(/^jobs: .*\n/m, '').replace(/^ .* job: .*\n/m, ''));
  const errors: string[] = [];
  const terminal = { out: () => {}, error: (line: string) => errors.push(line) };
  await main(['notify', 'routes', '--for', 'job=x', '--config', path], terminal, {});
  expect(errors).toEqual(['batuta: job=x is not possible; batuta.yml has no job']);
});

test.each([
  [['notify'], 1, 'batuta: batuta notify what? write one of `notify routes`'],
  [['notify', 'ruotes'], 1, 'batuta: there is no command `notify ruotes`; did you mean `notify routes`?'],
  [['notify', '--help'], 0, 'Usage:\n  batuta notify routes --for'],
  [['help', 'notify', 'routes'], 0, 'Usage:\n  batuta notify routes --for'],
  [['notify', 'routes', '-h'], 0, 'Usage:\n  batuta notify routes --for'],
])('%j', async (args, code, text) => {
  const said: string[] = [];
  const terminal = { out: (line: string) => said.push(line), error: (line: string) => said.push(line) };
  expect(await main(args, terminal, {})).toBe(code);
  expect(said.join('\n')).toContain(text.split(' write one of')[0]);
});
