import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseJobOutput } from '../../../shared/events/job-output.ts';

const packed = (message: object) => ({ awslogs: { data: gzipSync(JSON.stringify(message)).toString('base64') } });
const data = {
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/batuta/test/jobs',
  logStream: 'report/job/1',
  subscriptionFilters: ['reports'],
  logEvents: [
    { id: '1', timestamp: 1000, message: '::progress 1' },
    { id: '2', message: 'without a time' },
  ],
};

test('a data message gives its stream and the lines that have a time', () => {
  expect(parseJobOutput(packed(data))).toEqual({
    kind: 'event',
    value: { group: '/batuta/test/jobs', stream: 'report/job/1', lines: [{ at: 1000, message: '::progress 1' }] },
  });
});

test('a control message is routine', () => {
  expect(parseJobOutput(packed({ ...data, messageType: 'CONTROL_MESSAGE' }))).toMatchObject({ level: 'debug' });
});

test.each([
  undefined,
  {},
  { awslogs: { data: 'not gzip' } },
  { awslogs: { data: 5 } },
  packed([]),
  packed({ messageType: 'DATA_MESSAGE' }),
])('an unknown shape (%#) is ignored', (raw) => expect(parseJobOutput(raw).kind).toBe('ignored'));
