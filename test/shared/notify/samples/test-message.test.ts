import { expect, test } from 'vitest';
import { toInstant } from '../../../../shared/core/time.ts';
import { renderPagerDuty } from '../../../../shared/notify/channels/pagerduty-event.ts';
import { newsKinds } from '../../../../shared/notify/news-kind.ts';
import { sampleMessage } from '../../../../shared/notify/samples/samples.ts';
import { testIncident, testMessage } from '../../../../shared/notify/samples/test-message.ts';

const now = toInstant('2026-11-20T09:12:00Z');

test.each(newsKinds)('a test of %s does to PagerDuty what it says, as news of that kind would', (kind) => {
  const [real, event] = [renderPagerDuty(sampleMessage(kind, now)), renderPagerDuty(testMessage(kind, now))];
  expect(event?.event_action).toBe(real?.event_action);
  const incident = testIncident(kind, now);
  expect(event?.event_action).toBe(incident && { open: 'trigger', closed: 'resolve' }[incident.state]);
});

test('a test opens and closes incidents of tests only', () => {
  const keys = newsKinds.flatMap((kind) => renderPagerDuty(testMessage(kind, now))?.dedup_key ?? []);
  expect(new Set(keys)).toEqual(
    new Set(['test:deployment', 'test:run', 'test:service', 'test:environment', 'test:batuta']),
  );
});

test('what a test opens another closes', () => {
  const left = newsKinds.filter((kind) => {
    const incident = testIncident(kind, now);
    if (incident?.state !== 'open') return false;
    const closing = incident.by && renderPagerDuty(testMessage(incident.by, now));
    return closing?.event_action !== 'resolve' || closing.dedup_key !== testMessage(kind, now).incident?.key;
  });
  // Nothing tells of environments yet.
  expect(left).toEqual(['environment-not-woken']);
});
