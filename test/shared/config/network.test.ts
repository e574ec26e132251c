import { expect, test } from 'vitest';
import { launchSettings } from '../../../shared/run/launch-settings.ts';
import { configOf, problemsOf } from '../../support/configuration.ts';

const jobs = 'jobs: { report: { script: report.py } }';
const env: Record<string, string> = {
  STAGE: 'prod',
  REGISTRY: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
  TOOLBOX_IMAGE: 'x',
  TASK_ROLE_ARN: 'x',
  EXECUTION_ROLE_ARN: 'x',
  JOB_LOG_GROUP: 'x',
  SUBNETS: 'subnet-1, subnet-2',
  SECURITY_GROUPS: '',
};

test("`network: stack` leaves the job's network to the stack's parameters", () => {
  expect(configOf(`cluster: prod\nnetwork: stack\n${jobs}`).jobs.report).not.toHaveProperty('network');
  expect(launchSettings((name) => env[name] ?? '').network).toEqual({
    subnets: ['subnet-1', 'subnet-2'],
    securityGroups: [],
    assignPublicIp: false,
  });
});

test('a network that is neither is an error that says both', () => {
  expect(problemsOf(`cluster: prod\nnetwork: stak\n${jobs}`)).toEqual([
    "batuta.yml:2:1 network: is no network; write { subnets: […] }, or `stack` for the stack's parameters",
  ]);
});

test('no network at all is an error', () => {
  expect(problemsOf(`cluster: prod\n${jobs}`)).toEqual([expect.stringContaining('there is no network here')]);
});

test('a key of the network that is nearly right is told with the right one', () => {
  const [problem] = problemsOf(`cluster: prod\nnetwork: { subnets: [subnet-1], securityGroup: [sg-1] }\n${jobs}`);
  expect(problem).toBe(
    'batuta.yml:2:33 network.securityGroup: unknown key `securityGroup`; did you mean `securityGroups`?',
  );
});
