import { expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { createLogs } from '../../../local/cloud/logs/logs.ts';
import { logsGateway } from '../../../shared/aws/logs.ts';
import { countingPlace } from '../../support/local-ecs.ts';
import { clientConfig } from '../../support/sdk.ts';

const at = { group: '/jobs', stream: 'report/job/1' };

function world(emptyPages = () => false) {
  const clock = virtualClock();
  const service = createLogs({ place: countingPlace(), clock, invoke: () => {}, emptyPages });
  service.createGroup(at.group);
  return {
    clock,
    put: (...lines: string[]) => service.put(at.group, at.stream, lines),
    logs: logsGateway(clientConfig(createDispatcher([service]))),
  };
}
const messages = (lines: { message: string }[]) => lines.map(({ message }) => message);

test('a stream that is not there yet has no tail', async () => {
  expect(await world().logs.tail(at)).toEqual([]);
});

test('the tail is the last lines, oldest first', async () => {
  const { put, logs, clock } = world();
  put('one');
  await clock.advance(1000);
  put('two');
  expect(messages(await logs.tail(at))).toEqual(['one', 'two']);
});

test('an empty page is not the tail', async () => {
  let asked = 0;
  const { put, logs } = world(() => ++asked < 3);
  put('one');
  expect(messages(await logs.tail(at))).toEqual(['one']);
});
