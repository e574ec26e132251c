import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MuteWindow } from '../../../../shared/config/config.ts';
import type { Silence } from '../../../../shared/notify/routes/silence.ts';
import { aRoute, type Telling, tellingWorld } from '../../../support/telling-world.ts';

type World = ReturnType<typeof tellingWorld>;
const service = { kind: 'service', name: 'shop-api' } as const;
const isEnd = ({ kind }: Telling) => /recovered|succeeded/.test(kind);
const isTrouble = (telling: Telling) => !isEnd(telling) && !/started|held/.test(telling.kind);
/** A job, a service's health and its deployments are in trouble by themselves. */
const subjectOf = ({ kind, about }: Telling) =>
  /^run/.test(kind) ? 'job:report' : /^deployment:|^d-/.test(about) ? 'deployment:shop-api' : 'service:shop-api';

const oneOf = <const Kind extends string>(kind: Kind) => fc.record({ kind: fc.constant(kind) });
const matchers: Silence['matchers'][] = [{}, { severity: ['info'] }, { severity: ['error'] }, { job: 'report' }];
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('fail' as const), code: fc.integer({ min: 1, max: 2 }) }) },
  { weight: 3, arbitrary: oneOf('succeed') },
  { weight: 1, arbitrary: oneOf('skip') },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('begin' as const),
      how: fc.constantFrom('late' as const, 'missed' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('finish' as const),
      state: fc.constantFrom('failed' as const, 'succeeded' as const),
    }),
  },
  { weight: 2, arbitrary: oneOf('hold') },
  { weight: 3, arbitrary: oneOf('fall') },
  { weight: 2, arbitrary: oneOf('deployed') },
  { weight: 2, arbitrary: oneOf('trouble') },
  { weight: 2, arbitrary: oneOf('over') },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), minutes: fc.constantFrom(1, 4, 12, 65) }) },
  { weight: 2, arbitrary: oneOf('work') },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replay' as const), index: fc.nat(200) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('silence' as const),
      minutes: fc.constantFrom(5, 20, 90),
      matchers: fc.constantFrom(...matchers),
    }),
  },
  { weight: 1, arbitrary: oneOf('unsilence') },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(world: World, one: Step, nth: number): Promise<void> {
  if (one.kind === 'fail') await world.end('failed', one.code);
  else if (one.kind === 'succeed') await world.end('succeeded');
  else if (one.kind === 'skip') await world.skip();
  else if (one.kind === 'begin') await world.begin(one.how);
  else if (one.kind === 'finish') await world.finish(one.state);
  else if (one.kind === 'hold') await world.hold();
  else if (one.kind === 'fall') await world.fall();
  else if (one.kind === 'deployed') await world.deploy('succeeded', '1.1');
  else if (one.kind === 'trouble') await world.trouble(service, { kind: 'service-short', id: `t${nth}` });
  else if (one.kind === 'over') await world.over(service);
  else if (one.kind === 'pass') await world.pass(one.minutes);
  else if (one.kind === 'replay') await world.replay(one.index);
  else if (one.kind === 'work') await world.work();
  else if (one.kind === 'silence') world.silence(one.minutes, one.matchers);
  else world.silences.pop();
}

const subjects = ['job:report', 'deployment:shop-api', 'service:shop-api'];

/** Of one subject on one channel: each end follows a trouble, and none is missing once all is over. */
function expectEnds(world: World, channel: string, subject: string, isMuted: boolean) {
  const of = (tellings: readonly Telling[]) =>
    tellings.filter((one) => one.channel === channel && subjectOf(one) === subject);
  const heard = of(world.told).filter((one) => isEnd(one) || isTrouble(one));
  // What waits for the same window's end has its order from the lane, which is not here.
  if (isMuted) heard.sort((a, b) => a.at - b.at || Number(isEnd(a)) - Number(isEnd(b)));
  const context = `${channel} ${subject}: ${heard.map(({ kind, news }) => `${kind} ${news}`).join(', ')}`;
  let open: Telling | undefined;
  for (const telling of heard) {
    // A deployment's success is news by itself; after a mute window is told what is so by then.
    if (!isMuted && telling.kind.endsWith('recovered') && !telling.news.includes('passed'))
      expect(open, `${context}: an end of nothing`).toBeDefined();
    open = isEnd(telling) ? undefined : telling;
  }
  // The message of a late run may say by itself that it has succeeded.
  const ownEnd = of(world.corrected).find(({ about, kind }) => about === open?.about && kind === 'run-succeeded');
  if (!ownEnd) expect(open, `${context}: a trouble without an end`).toBeUndefined();
}

/** What is late or was missed has an incident of its own until it begins or ends. */
async function expectOpenIncidents(world: World) {
  const alerts = await Promise.all(subjects.map((id) => world.stores.alerts.get(id)));
  const open = alerts.flatMap((stored) => {
    if (stored?.value.state !== 'open') return [];
    const causes = Object.values(stored.value.causes).filter(({ overAt }) => overAt === undefined);
    return causes.some(({ askedAt }) => askedAt === undefined) ? [stored.value.id] : [];
  });
  const incidents = world.openIncidents().filter((key) => subjects.includes(key));
  expect(incidents).toEqual(expect.arrayContaining(open));
  const isOpen = (id: string) => alerts.some((stored) => stored?.value.id === id && stored.value.state === 'open');
  expect(incidents.filter((id) => !isOpen(id))).toEqual([]);
}

const mute: MuteWindow[] = [{ days: [], from: '09:20', to: '10:10', timezone: 'UTC' }];
const worldWith = (mutes: readonly string[]) => {
  const muted = (name: string) => (mutes.includes(name) ? { mute } : {});
  return tellingWorld(
    [
      aRoute('on-call', { only: 'changes', ...muted('on-call') }),
      aRoute('team', { only: 'changes', ...muted('team') }),
      aRoute('hook', muted('hook')),
    ],
    { 'on-call': 'pagerduty', team: 'slack' },
  );
};

test('with silences and mutes: who heard of a trouble hears its end once, nothing begins in a silence, and a pager has open what is', async () => {
  const history = fc.array(step, { maxLength: 30, size: 'max' });
  const mutes = fc.subarray(['on-call', 'team', 'hook']);
  await fc.assert(
    fc.asyncProperty(history, mutes, async (steps, muted) => {
      const world = worldWith(muted);
      for (const [nth, one] of steps.entries()) {
        const before = world.at();
        const isSilent = world.silences.some(
          ({ matchers: of, until }) => Object.keys(of).length === 0 && until > before,
        );
        const told = world.told.length;
        await take(world, one, nth);
        if (isSilent && one.kind !== 'pass')
          expect(
            world.told
              .slice(told)
              .filter(isTrouble)
              .filter(({ channel }) => !muted.includes(channel)),
          ).toEqual([]);
      }
      await world.work();
      await world.pass(160);
      await expectOpenIncidents(world);

      for (const one of ['succeed', 'deployed', 'over'] as const) await take(world, { kind: one }, steps.length);
      await world.work();
      await world.pass(70);
      await expectOpenIncidents(world);
      const keys = world.told.map(({ channel, about, news }) => `${channel} ${about} ${news}`);
      expect(new Set(keys).size, keys.join('\n')).toBe(keys.length);
      for (const channel of ['team', 'hook'])
        for (const subject of subjects) expectEnds(world, channel, subject, muted.includes(channel));
    }),
    { numRuns: 60 },
  );
});
