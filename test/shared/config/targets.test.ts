import { describe, expect, test } from 'vitest';
import { configOf, PLACE, problemsOf } from '../../support/configuration.ts';

const image = 'image: { repository: shop/api, tags: main }';
const service = (rest: string) => `${PLACE}services:\n  s: { ${image}, ${rest} }`;
const withImage = (rest: string) => `${PLACE}services:\n  s: { image: { repository: shop/api, ${rest} } }`;
const services = (...lines: string[]) => `${PLACE}services:\n${lines.map((line) => `  ${line}\n`).join('')}`;
const tasks = (...lines: string[]) => `${PLACE}scheduledTasks:\n${lines.map((line) => `  ${line}\n`).join('')}`;
const other = '210987654321.dkr.ecr.eu-west-1.amazonaws.com';

describe('a wrong setting of a service is told with what to write', () => {
  test.each([
    [
      'an excluded pattern without glob:',
      withImage('tags: main, exclude: ["*-debug"]'),
      '4:61 services.s.image.exclude[0]: is no tag; write glob:*-debug for a pattern',
    ],
    [
      'an excluded range',
      withImage('tags: main, exclude: ["semver:<1"]'),
      '4:61 services.s.image.exclude[0]: is no pattern of tags; write a tag, glob:… or regex:…',
    ],
    [
      'a registry that nobody allowed',
      withImage(`tags: main, registry: ${other}`),
      `4:51 services.s.image.registry: \`${other}\` is not among the registries allowed; add it to \`registries\` at the top, or remove it for your own registry`,
    ],
    [
      'a registry of another kind',
      withImage('tags: main, registry: ghcr.io'),
      '4:51 services.s.image.registry: is no ECR registry; write one such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com',
    ],
    [
      'an allow-list of another kind',
      'registries: [ghcr.io]',
      '1:14 registries[0]: is no ECR registry; write one such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com',
    ],
    [
      'no tags, and nobody promotes to it',
      withImage('exclude: []'),
      '4:8 services.s.image.tags: is missing; write for example `tags: "semver:>=1.0.0"`; only what another service promotes to needs none',
    ],
    [
      'a job that is not there',
      `${service('before: [migrat]')}\njobs: { migrate: { script: a.sh } }`,
      '4:62 services.s.before[0]: there is no job `migrat`; did you mean `migrate`?',
    ],
    [
      'a job where there are none',
      service('after: [smoke]'),
      '4:61 services.s.after[0]: there is no job `smoke`; add `smoke` to jobs',
    ],
    [
      'a job twice',
      `${service('before: [j, j]')}\njobs: { j: { script: a.sh } }`,
      '4:65 services.s.before[1]: `j` stands here twice; keep one of the two',
    ],
    [
      'a job with a parameter that nobody gives',
      `${service('before: [j]')}\njobs: { j: { script: a.sh, params: { to: { type: string } } } }`,
      '4:62 services.s.before[0]: `j` needs its parameter `to`, which nobody gives it here; give `to` a default, or make it `required: false`',
    ],
    [
      'a wrong severity',
      service('hold: { scan: high }'),
      '4:61 services.s.hold.scan: `high` is not possible; did you mean `HIGH`?',
    ],
    [
      'a severity that is no text',
      service('hold: { scan: true }'),
      '4:61 services.s.hold.scan: must be one of CRITICAL, HIGH, MEDIUM, LOW',
    ],
    [
      'a scan without severity',
      service('hold: { scan: { expires: 2d } }'),
      '4:61 services.s.hold.scan.severity: is missing; write for example HIGH',
    ],
    [
      'a scan that is given up before it is told',
      service('hold: { scan: { severity: LOW, expires: 10m } }'),
      '4:61 services.s.hold.scan: after 10m it is given up, before it would be told after 30m; write a shorter `tellAfter` or a longer `expires`',
    ],
    [
      'an approval that is neither',
      service('hold: { approval: 7d }'),
      '4:61 services.s.hold.approval: must be keys with values or true or false, not text',
    ],
    [
      'an approval that expires some day',
      service('hold: { approval: { expires: never } }'),
      '4:73 services.s.hold.approval.expires: is no duration; write a whole number and s, m, h or d, such as 30s, 15m, 2h or 1d',
    ],
    [
      'a mode',
      service('mode: dry-run'),
      '4:53 services.s.mode: `dry-run` is not possible; write one of `live`, `observe`',
    ],
    ['a mode at the top', 'mode: obseve', '1:1 mode: `obseve` is not possible; did you mean `observe`?'],
    [
      'a drift',
      service('drift: ignore'),
      '4:53 services.s.drift: `ignore` is not possible; write one of `tell`, `restore`',
    ],
    ['no revision kept', service('keepRevisions: 0'), '4:53 services.s.keepRevisions: is too few; write 1 or more'],
    ['no revision kept at the top', 'keepRevisions: 0', '1:1 keepRevisions: is too few; write 1 or more'],
  ])('%s', (_fact, text, expected) => expect(problemsOf(text)).toEqual([`batuta.yml:${expected}`]));
});

describe('a wrong freeze window is told', () => {
  test.each([
    ['weekends', 'is no freeze window; write for example Fri 18:00 - Mon 08:00 Europe/Lisbon'],
    ['Fri 6pm - Mon 8am', 'is no freeze window; write for example Fri 18:00 - Mon 08:00 Europe/Lisbon'],
    ['Fry 18:00 - Mon 08:00', '`Fry` is no day; did you mean `Fri`?'],
    ['Fri 18:60 - Mon 08:00', '18:60 is no time of day; write 00:00 to 24:00'],
    ['Fri 18:00 - Mon 24:01', '24:01 is no time of day; write 00:00 to 24:00'],
    ['Fri 24:00 - Mon 08:00', 'begins at 24:00; write 00:00 of the next day'],
    ['Sat 24:00 - Mon 08:00', 'begins at 24:00; write 00:00 of the next day'],
    ['Mon - Sun', 'ends where it begins; pause the service instead of freezing the whole week'],
    ['Sun - Sat', 'ends where it begins; pause the service instead of freezing the whole week'],
    ['Fri 18:00 - Mon 08:00 Europe/Lissabon', 'there is no time zone `Europe/Lissabon`; did you mean `Europe/Lisbon`?'],
    ['Fri 18:00 - Mon 08:00 europe/lisbon', 'there is no time zone `europe/lisbon`; did you mean `Europe/Lisbon`?'],
  ])('%s', (window, problem) => {
    expect(problemsOf(`freeze: ["${window}"]`)).toEqual([`batuta.yml:1:10 freeze[0]: ${problem}`]);
    expect(problemsOf(service(`hold: { freeze: ["${window}"] }`))).toEqual([
      `batuta.yml:4:70 services.s.hold.freeze[0]: ${problem}`,
    ]);
  });

  test('several that leave no time of the week', () => {
    expect(problemsOf('freeze: [Mon - Thu, Fri - Sun]')).toEqual([
      'batuta.yml:1:1 freeze: leaves no time of the week; leave a gap, or pause the service instead',
    ]);
    expect(problemsOf('freeze: [Mon - Thu, Fri - Sun 23:59]')).toEqual([]);
  });
});

describe('a wrong promotion is told', () => {
  const to = (name: string) => `promote: { to: ${name} }`;
  const promoted = 'image: { repository: shop/api }';
  test.each([
    [
      'to nothing',
      services(`a: { ${image}, ${to('prd')} }`, `prod: { ${image} }`),
      '4:64 services.a.promote.to: there is no service `prd`; did you mean `prod`?',
    ],
    [
      'to itself',
      services(`a: { ${image}, ${to('a')} }`),
      '4:64 services.a.promote.to: is the service itself; name another service',
    ],
    [
      'from two',
      services(`a: { ${image}, ${to('c')} }`, `b: { ${image}, ${to('c')} }`, `c: { ${promoted} }`),
      '5:64 services.b.promote.to: `c` gets its images from services.a already; keep one of the two',
    ],
    [
      'to one that follows pushes itself',
      services(`a: { ${image}, ${to('b')} }`, `b: { ${image} }`),
      '4:64 services.a.promote.to: `b` has `tags` of its own, and would follow every push besides; remove image.tags of services.b',
    ],
    [
      'in a circle',
      services(`a: { ${promoted}, ${to('b')} }`, `b: { ${promoted}, ${to('c')} }`, `c: { ${promoted}, ${to('a')} }`),
      '4:52 services.a.promote.to: goes in a circle: a → b → c → a; remove one of them',
    ],
    [
      'to another repository',
      services(`a: { ${image}, ${to('b')} }`, 'b: { image: { repository: shop/other } }'),
      '4:64 services.a.promote.to: `b` has another repository or registry, where there is no such image; give both the same `repository` and `registry`',
    ],
    [
      'to another registry',
      `registries: [${other}]\n${services(`a: { ${image}, ${to('b')} }`, `b: { image: { repository: shop/api, registry: ${other} } }`)}`,
      '5:64 services.a.promote.to: `b` has another repository or registry, where there is no such image; give both the same `repository` and `registry`',
    ],
    [
      'to a scheduled task',
      `${services(`a: { ${image}, ${to('t')} }`)}scheduledTasks: { t: { ${image}, rule: r } }`,
      '4:64 services.a.promote.to: `t` is a scheduled task; name a service, or give the task `tags` of its own',
    ],
    [
      'at no time',
      services(`a: { ${image}, promote: { to: b, after: soon } }`, `b: { ${promoted} }`),
      '4:71 services.a.promote.after: is no duration; write a whole number and s, m, h or d, such as 0m, 30m or 1d',
    ],
  ])('%s', (_fact, text, expected) => expect(problemsOf(text)).toEqual([`batuta.yml:${expected}`]));

  test('and only that where its wrong name hides which service needs no tags', () => {
    expect(problemsOf(services(`a: { ${image}, ${to('prd')} }`, `prod: { ${promoted} }`))).toEqual([
      'batuta.yml:4:64 services.a.promote.to: there is no service `prd`; did you mean `prod`?',
    ]);
  });

  test('and only that where its wrong shape hides which service needs no tags', () => {
    expect(problemsOf(services(`a: { ${image}, promote: b }`, `b: { ${promoted} }`))).toEqual([
      'batuta.yml:4:53 services.a.promote: must be keys with values, not text; write for example {"to":"shop-api-prod","after":"30m"}',
    ]);
  });
});

describe('a wrong scheduled task is told', () => {
  const plain = 'image: { repository: shop/report, tags: main }';
  test.each([
    [
      'run by nothing',
      tasks(`t: { ${plain} }`),
      '4:3 scheduledTasks.t: does not say what runs it; write `rule: NAME` or `schedule: NAME`',
    ],
    [
      'run by both',
      tasks(`t: { ${plain}, rule: a, schedule: b }`),
      '4:65 scheduledTasks.t.schedule: there is a `rule` already; keep one of the two',
    ],
    [
      'a bus of a schedule',
      tasks(`t: { ${plain}, schedule: b, bus: c }`),
      '4:69 scheduledTasks.t.bus: `bus` goes with `rule`; remove it',
    ],
    [
      'a group of a rule',
      tasks(`t: { ${plain}, rule: b, group: c }`),
      '4:65 scheduledTasks.t.group: `group` goes with `schedule`; remove it',
    ],
    [
      'a rule by its ARN',
      tasks(`t: { ${plain}, rule: "arn:aws:events:us-east-1:1:rule/a" }`),
      '4:56 scheduledTasks.t.rule: is no name of EventBridge; write letters, digits, `.`, `-` and `_`, at most 64, not an ARN',
    ],
    [
      'no tags',
      tasks('t: { image: { repository: shop/report }, rule: a }'),
      '4:8 scheduledTasks.t.image.tags: is missing; write for example semver:>=1.0.0',
    ],
    [
      'the name of a service',
      `${services(`t: { ${image} }`)}scheduledTasks: { t: { ${plain}, rule: a } }`,
      '5:19 scheduledTasks.t: there is a service of this name; rename one: both are deployed by their name',
    ],
    [
      'the same rule twice',
      tasks(`t: { ${plain}, rule: a }`, `u: { ${plain}, rule: a, bus: default, container: c }`),
      '5:3 scheduledTasks.u: means the same rule and container as scheduledTasks.t; keep one of the two, or name another `container`',
    ],
    [
      'the same schedule and container twice',
      tasks(`t: { ${plain}, schedule: a, container: c }`, `u: { ${image}, schedule: a, container: c }`),
      '5:3 scheduledTasks.u: means the same schedule and container as scheduledTasks.t; keep one of the two, or name another `container`',
    ],
    [
      'a key that only services have',
      tasks(`t: { ${plain}, rule: a, timeout: 5m }`),
      '4:65 scheduledTasks.t.timeout: unknown key `timeout`; write one of `image`, `container`, `hold`, `mode`, `keepRevisions`, `rule`, `bus`, `schedule`, `group`',
    ],
  ])('%s', (_fact, text, expected) => expect(problemsOf(text)).toEqual([`batuta.yml:${expected}`]));

  test.each([
    [
      'one rule, two containers',
      tasks(`t: { ${plain}, rule: a, container: c }`, `u: { ${plain}, rule: a, container: d }`),
    ],
    ['one rule, two repositories', tasks(`t: { ${plain}, rule: a }`, `u: { ${image}, rule: a }`)],
    ['one name on two buses', tasks(`t: { ${plain}, rule: a }`, `u: { ${plain}, rule: a, bus: b }`)],
    ['a rule and a schedule of one name', tasks(`t: { ${plain}, rule: a }`, `u: { ${plain}, schedule: a }`)],
    [
      'news about it',
      `${tasks(`t: { ${plain}, rule: a }`)}channels: { c: { type: webhook, url: ssm:/x } }\nroutes: [{ when: { service: t }, to: [c] }]`,
    ],
  ])('%s is fine', (_fact, text) => expect(problemsOf(text)).toEqual([]));
});

describe('what is right is resolved', () => {
  test('the words of DESIGN.md, every setting of a service', () => {
    const { services } = configOf(`${PLACE}registries: [${other}]
mode: observe
drift: restore
keepRevisions: 3
freeze: [Sat - Sun]
jobs: { migrate: { script: a.sh }, smoke-test: { script: a.sh, params: { x: { type: string, default: "" } } } }
services:
  api:
    image: { repository: shop/api, registry: ${other}, tags: "glob:main-*", exclude: [main-0, "glob:*-x", "regex:-rc$"] }
    before: [migrate]
    after: [smoke-test]
    hold: { approval: true, scan: HIGH, freeze: ["Fri 18:00 - Mon 08:00 Europe/Lisbon"] }
    mode: live
    drift: tell
    keepRevisions: 5
    logTail: true
    promote: { to: api-prod, after: 30m, approval: true }
  api-prod:
    image: { repository: shop/api, registry: ${other} }
    hold: { approval: { expires: 2d }, scan: { severity: LOW, tellAfter: 5m, expires: 1h } }`);
    expect(services.api).toMatchObject({
      image: {
        registry: other,
        repository: 'shop/api',
        tags: { kind: 'glob', pattern: 'main-*' },
        exclude: [
          { kind: 'exact', tag: 'main-0' },
          { kind: 'glob', pattern: '*-x' },
          { kind: 'regex', pattern: '-rc$' },
        ],
      },
      before: ['migrate'],
      after: ['smoke-test'],
      hold: {
        approval: { expiresMs: 7 * 86_400_000 },
        scan: { severity: 'HIGH', tellAfterMs: 1_800_000, expiresMs: 86_400_000 },
        freeze: [
          {
            text: 'Fri 18:00 - Mon 08:00 Europe/Lisbon',
            from: { day: 5, minute: 1080 },
            to: { day: 1, minute: 480 },
            timezone: 'Europe/Lisbon',
          },
        ],
      },
      mode: 'live',
      drift: 'tell',
      keepRevisions: 5,
      logTail: true,
      promote: { to: 'api-prod', afterMs: 1_800_000, approval: true },
    });
    expect(services['api-prod']).toMatchObject({
      image: { tags: { kind: 'promoted' } },
      hold: {
        approval: { expiresMs: 2 * 86_400_000 },
        scan: { severity: 'LOW', tellAfterMs: 300_000, expiresMs: 3_600_000 },
        freeze: [{ text: 'Sat - Sun', from: { day: 6, minute: 0 }, to: { day: 1, minute: 0 }, timezone: 'UTC' }],
      },
      mode: 'observe',
      drift: 'restore',
      keepRevisions: 3,
    });
  });

  test("a service's own freeze replaces the top-level one, also by none", () => {
    const { services } = configOf(`freeze: [Sat - Sun]\n${service('hold: { freeze: [] }')}`);
    expect(services.s?.hold).toEqual({ freeze: [] });
  });

  test('a promotion comes at once unless it says when', () => {
    const { services: found } = configOf(
      services(`a: { ${image}, promote: { to: b } }`, 'b: { image: { repository: shop/api } }'),
    );
    expect(found.a?.promote).toEqual({ to: 'b', afterMs: 0, approval: false });
  });

  test('scheduled tasks have the settings that they share with services', () => {
    const { scheduledTasks } = configOf(
      tasks(
        `t: { ${image}, rule: nightly }`,
        `u: { ${image}, schedule: weekly, group: reports, container: c, mode: observe, keepRevisions: 2, hold: { approval: true } }`,
      ),
    );
    const wanted = { repository: 'shop/api', exclude: [], tags: { kind: 'exact', tag: 'main' } };
    expect(scheduledTasks).toEqual({
      t: {
        name: 't',
        image: wanted,
        hold: { freeze: [] },
        mode: 'live',
        keepRevisions: 10,
        runBy: { kind: 'rule', bus: 'default', rule: 'nightly' },
      },
      u: {
        name: 'u',
        image: wanted,
        container: 'c',
        hold: { freeze: [], approval: { expiresMs: 7 * 86_400_000 } },
        mode: 'observe',
        keepRevisions: 2,
        runBy: { kind: 'schedule', group: 'reports', schedule: 'weekly' },
      },
    });
  });
});
