import { npmStart } from '../support/npm-start.ts';
import { type Aws, awsFor, type Tally } from './aws.ts';
import { autoscaling } from './services/application-autoscaling.ts';
import { dynamodb } from './services/dynamodb.ts';
import { ecr } from './services/ecr.ts';
import { ecs } from './services/ecs.ts';
import { elbv2 } from './services/elbv2.ts';
import { events } from './services/events.ts';
import { logs } from './services/logs.ts';
import { scheduler } from './services/scheduler.ts';
import { secretsmanager } from './services/secretsmanager.ts';
import { sns } from './services/sns.ts';
import { sqs } from './services/sqs.ts';
import { ssm } from './services/ssm.ts';
import { sts } from './services/sts.ts';

const services: Record<string, (aws: Aws) => Promise<void>> = {
  ...{ ecs, ecr, ssm, secretsmanager, scheduler, events, logs, sqs, sns, sts, dynamodb },
  ...{ elbv2, 'application-autoscaling': autoscaling },
};

/** The services are independent, and the CLI mostly waits for Python to start: two at a time. */
async function runAll(endpoint: string, tally: Tally): Promise<void> {
  const left = Object.entries(services);
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) await next[1](awsFor(next[0], endpoint, tally));
  };
  await Promise.all([worker(), worker()]);
}

const tally: Tally = { passed: 0, failed: 0 };
const started = npmStart(['--no-demo']);
try {
  const { aws } = await started.next('ready');
  await runAll(String(aws), tally);
} finally {
  await started.stop();
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;
