import { describe, expect, test } from 'vitest';
import { runIdOf } from '../../../../shared/core/ids.ts';
import type { Deployment } from '../../../../shared/deploy/deployment.ts';
import type { Hold } from '../../../../shared/deploy/hold/hold.ts';
import { describeDeployment } from '../../../../shared/notify/describe/describe-deployment.ts';
import { plainText } from '../../../../shared/notify/message.ts';
import { aDeployment, minutesIn } from '../../../support/deployments.ts';

const told = (holds: readonly Hold[], parts: Partial<Deployment> = {}) =>
  describeDeployment(aDeployment({ state: 'held', holds, ...parts }));

const approval: Hold = { kind: 'approval', why: 'needs approval', until: minutesIn(60) };
const freeze: Hold = { kind: 'freeze', why: 'frozen Fri - Sun', until: minutesIn(90) };
const scan: Hold = { kind: 'scan', why: "the image's scan has not begun", until: minutesIn(30) };
const pause: Hold = { kind: 'pause', why: 'shop-api was paused by ana' };
const before: Hold = { kind: 'before', why: 'the job migrate runs first' };

describe('the title says what it waits for', () => {
  test.each<[string, readonly Hold[]]>([
    ['shop-api 1.1.0 waits for approval', [approval]],
    ['shop-api 1.1.0 waits for the end of a freeze and approval', [freeze, approval]],
    ["shop-api 1.1.0 waits for the image's scan", [scan, before]],
    ['shop-api 1.1.0 waits for a scan that is overdue', [{ ...scan, overdue: true }]],
    ['shop-api 1.1.0 waits for a scan that did not succeed', [{ ...scan, failed: true }]],
    ['shop-api 1.1.0 waits for the service to be resumed', [pause]],
  ])('%s', (title, holds) => {
    expect(told(holds)?.title).toBe(title);
  });
});

test.each<[string, readonly Hold[]]>([
  ['nothing but its turn', []],
  ['its jobs', [before]],
  ['its promotion', [{ kind: 'promotion', why: 'follows shop-api-test', until: minutesIn(5) }]],
])('that it waits for %s is no news', (_fact, holds) => {
  expect(told(holds)).toBeUndefined();
});

test('each hold is told with why and until when, and with what to do', () => {
  const message = told([pause, approval, scan, freeze]);
  const { id } = aDeployment();
  expect(message && plainText(message)).toContain(
    `Approve it: batuta approve ${id}
Reject it: batuta reject ${id}
Resume the service: batuta resume shop-api
Held: shop-api was paused by ana; until somebody ends it
Held: needs approval; by 2026-11-20T10:00:00Z, else it is skipped
Held: the image's scan has not begun; by 2026-11-20T09:30:00Z, else it fails
Held: frozen Fri - Sun; until 2026-11-20T10:30:00Z
`,
  );
});

test('what waits says what it takes the place of, before its way back is looked for', () => {
  const { from: _, ...waiting } = aDeployment({ state: 'held', holds: [approval], replaces: '1.0.3' });
  const facts = describeDeployment(waiting)?.facts;
  expect(facts).toContainEqual({ label: 'Change', value: '1.0.3 → 1.1.0' });
});

const { rolledAt: _, updateIntendedAt: __, ...untouched } = aDeployment();

const timesOf = (deployment: Deployment) => {
  const facts = describeDeployment(deployment)?.facts ?? [];
  return facts
    .filter(({ label }) => /^(Took|Began|Waited|Waits since)$/.test(label))
    .map(({ label, value }) => `${label}: ${value}`);
};

describe('what waited tells of the rollout, and by itself of the wait', () => {
  const held: Deployment = {
    ...untouched,
    heldBy: ['approval'],
    updateIntendedAt: minutesIn(51 * 60),
    rolledAt: minutesIn(51 * 60),
  };
  const done = { state: 'succeeded', finishedAt: minutesIn(51 * 60 + 4) } as const;
  const began = 'Began: 2026-11-22T12:00:00Z';
  const jobs = { after: [], before: [{ job: 'migrate', run: runIdOf('x') }] };

  test.each<[string, Deployment, string[]]>([
    ['once it is deployed', { ...held, ...done }, ['Took: 4 min 0 s', began, 'Waited: 2 d 3 h, for approval']],
    ['while it rolls out', held, [began, 'Waited: 2 d 3 h, for approval']],
    [
      'with the jobs that ran before it',
      { ...held, heldBy: ['approval', 'scan', 'scan!'], runs: jobs },
      [began, "Waited: 2 d 3 h, for approval, the image's scan, and its jobs"],
    ],
    [
      'of the wait only while it waits',
      { ...untouched, state: 'held', holds: [approval], heldBy: ['approval'] },
      ['Waits since: 2026-11-20T09:00:00Z'],
    ],
    [
      'of how long it waited where it came to nothing',
      { ...untouched, state: 'skipped', heldBy: ['approval'], finishedAt: minutesIn(60) },
      ['Began: 2026-11-20T09:00:00Z', 'Waited: 1 h 0 min, for approval'],
    ],
    ['of no wait where nothing held it', aDeployment(done), ['Took: 2 d 3 h', 'Began: 2026-11-20T09:00:00Z']],
  ])('%s', (_fact, parts, times) => expect(timesOf(parts)).toEqual(times));
});

test('a hold that ends by itself leaves nothing to do', () => {
  expect(told([freeze])?.actions).toEqual([]);
});

test('a scan in trouble is a warning, and says who can lift it', () => {
  expect(told([scan])?.severity).toBe('info');
  for (const trouble of [{ overdue: true }, { failed: true }] as const) {
    const message = told([{ ...scan, ...trouble }]);
    expect(message?.severity).toBe('warning');
    expect(message?.actions?.map(({ command }) => command)).toContainEqual(
      expect.stringMatching(/^batuta approve d-\S+ --override$/),
    );
  }
});

test('the same holds, and fewer of them, are the same news', () => {
  const heldBy = ['freeze', 'approval'];
  const news = [[freeze, approval], [approval]].map((holds) => told(holds, { heldBy })?.news);
  expect(news).toEqual(['held: freeze,approval', 'held: freeze,approval']);
});

test('the news of its end names who approved it, or who lifted the holds', () => {
  const said = { by: 'ana', at: minutesIn(7), why: 'fine' };
  const facts = (parts: Partial<Deployment>) =>
    describeDeployment(aDeployment({ state: 'succeeded', ...parts }))?.facts;
  const value = 'by ana at 2026-11-20T09:07:00Z: fine';
  const approved = { approval: { verdict: 'approved' as const, ...said } };
  expect(facts(approved)).toContainEqual({ label: 'Approved', value });
  expect(facts({ ...approved, override: said })).toContainEqual({ label: 'Holds lifted', value });
});
