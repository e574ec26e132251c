import { expect, test } from 'vitest';
import { loadConfig } from '../../../shared/config/load.ts';
import { formatProblem } from '../../../shared/config/problem.ts';

/** What is warned of, without the file's name. */
function warnings(...lines: string[]): string[] {
  const loaded = loadConfig(lines.join('\n'), 'batuta.yml');
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.warnings.map((warning) => formatProblem(warning).replace('batuta.yml:', ''));
}
const told = (channel: string, route = 'to: [c]') =>
  warnings(`channels: { c: { ${channel} } }`, `routes: [{ ${route} }]`);
const pagerduty = 'type: pagerduty, routingKey: ssm:/k';
const deaf =
  'reaches PagerDuty only, which is told of troubles and their end and of nothing else; name another channel in `to`';

test.each<[string, string[], string]>([
  [
    'a channel that no route names',
    warnings(
      'channels:',
      '  team: { type: webhook, url: ssm:/u }',
      '  own: { type: webhook, url: ssm:/o }',
      'routes: [{ to: [team] }]',
    ),
    '3:3 channels.own: is never told anything: no route names it; name it in `to` of a route, or remove it',
  ],
  [
    'a receiver on this machine',
    told('type: webhook, url: "https://localhost/x"'),
    '1:33 channels.c.url: is called by the local system only',
  ],
  [
    'an address of Teams that is none of Microsoft',
    told('type: teams, url: "https://flows.example.com/1"'),
    '1:31 channels.c.url: is on no host that is known of teams; look whether it was copied whole',
  ],
  [
    'a topic of a region that there is none of',
    told('type: sns, topic: "arn:aws:sns:eu-west-9:123456789012:news"'),
    '1:29 channels.c.topic: there is no known region `eu-west-9`; did you mean `eu-west-1`?',
  ],
  [
    'a bus of a region that there is none of',
    told('type: eventbridge, bus: "arn:aws:events:eu-wets-1:123456789012:event-bus/ops"'),
    '1:37 channels.c.bus: there is no known region `eu-wets-1`; did you mean `eu-west-1`?',
  ],
  [
    'a channel twice in a route',
    told('type: webhook, url: ssm:/u', 'to: [c, c]'),
    '2:20 routes[0].to[1]: names `c` a second time; it hears once; remove it',
  ],
  [
    'news of environments',
    told('type: webhook, url: ssm:/u', 'when: { environment: demo }, to: [c]'),
    '2:12 routes[0].when: is of environments, of which nothing tells yet',
  ],
  ['what is only told', told(pagerduty, 'when: { severity: info }, to: [c]'), `2:20 routes[0].when.severity: ${deaf}`],
  ['a digest', told(pagerduty, 'to: [c], digest: daily'), `2:21 routes[0].digest: ${deaf}`],
])('%s is warned of', (_fact, found, expected) => expect(found).toEqual([expected]));

test.each([
  ['an address of Teams', told('type: teams, url: ssm:/u')],
  ['a Slack-compatible receiver', told('type: slack, url: "https://chat.example.com/hooks/a"')],
  ['troubles for PagerDuty', told(pagerduty, 'when: { severity: error }, to: [c]')],
  ['a topic', told('type: sns, topic: "arn:aws-us-gov:sns:us-gov-west-1:123456789012:news"')],
])('%s is not', (_fact, found) => expect(found).toEqual([]));
