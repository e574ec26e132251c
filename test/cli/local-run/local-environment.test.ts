import { expect, test } from 'vitest';
import { localEnvironment } from '../../../cli/local-run/local-environment.ts';
import { report, runWorld } from '../../support/run-world.ts';

const given = { params: { database: 'shop' }, secrets: { PASSWORD: 'v' }, deadlineAtMs: 1000 };

test('a script finds here the variables that it finds in a task', async () => {
  const job = { ...report, secrets: { PASSWORD: '/p' } };
  const world = await runWorld({ job });
  await world.putParameter('/p');
  await world.request();
  await world.pass(10);
  const inTask = Object.keys(world.engine.started[0]?.environment ?? {}).filter((name) => !/^(AWS|ECS)_/.test(name));
  await world.close();
  const here = Object.keys(localEnvironment(job, given, {}));
  expect(here.filter((name) => name !== 'TZ').sort()).toEqual(inTask.sort());
});

test('of the caller’s own variables only those of the machine and of AWS are passed on', () => {
  const machine = { PATH: '/bin', HOME: '/h', AWS_PROFILE: 'dev', https_proxy: 'p', GITHUB_TOKEN: 'x', LANG: 'de' };
  const { GITHUB_TOKEN, LANG, ...kept } = localEnvironment(report, given, machine);
  expect({ GITHUB_TOKEN, LANG }).toEqual({});
  expect(kept).toMatchObject({ PATH: '/bin', HOME: '/h', AWS_PROFILE: 'dev', https_proxy: 'p', TZ: 'UTC' });
});
