import { expect, test } from 'vitest';
import { served } from '../../../build/served-operations.ts';
import { virtualClock } from '../../../local/clock.ts';
import { createEcr } from '../../../local/cloud/ecr/ecr.ts';
import { createEvents } from '../../../local/cloud/events/events.ts';
import { createLogs } from '../../../local/cloud/logs/logs.ts';
import { createSecretsManager } from '../../../local/cloud/secretsmanager/secretsmanager.ts';
import { createSns } from '../../../local/cloud/sns/sns.ts';
import { createSqs } from '../../../local/cloud/sqs/sqs.ts';
import { createSsm } from '../../../local/cloud/ssm/ssm.ts';
import { createSts } from '../../../local/cloud/sts/sts.ts';
import { testPlace } from '../../support/place.ts';

const ports = { place: testPlace(), clock: virtualClock() };

test.each([
  createEcr({ ...ports, emit: () => {}, storeDirectory: '/nowhere' }),
  createEvents({ ...ports, invoke: () => {}, deadLetter: () => {} }),
  createSsm(ports),
  createSecretsManager(ports),
  createLogs({ ...ports, invoke: () => {} }),
  createSqs(ports),
  createSns(ports),
  createSts(ports),
])('the limits are those of the operations that $name serves', ({ name, operations }) => {
  expect(Object.keys(operations).sort()).toEqual([...(served[name] ?? [])].sort());
});
