import { describe, expect, test } from 'vitest';
import { configOf, PLACE, problemsOf } from '../../support/configuration.ts';

describe('what YAML itself gets wrong', () => {
  test.each([
    ['a duplicate key', 'cluster: a\ncluster: b', '2:1: this key stands here twice; keep one of the two'],
    [
      'a star without quotes',
      'jobs: { a: { schedule: { cron: * * * * ? * } } }',
      '1:32: `*` begins an alias here, and there is none of that name; put it in quotes, as in "* * * * ? *"',
    ],
    ['an at sign', 'cluster: @a', '1:10: text cannot begin with this character; put it in quotes, as in "* * * * ? *"'],
    ['a tab', 'network:\n\tsubnets: []', '2:1: a tab cannot indent YAML; use spaces'],
    [
      'two documents',
      'cluster: a\n---\ncluster: b',
      '2:1: a second YAML document begins here; keep one document per file',
    ],
    [
      'an open bracket',
      'network: { subnets: [a',
      '1:23: the indentation does not fit, or a bracket is not closed; indent by two spaces',
    ],
    [
      'a comment that takes a bracket along',
      'channels:\n  a: { type: slack, channel: #deploys }\n  b: { type: sns }\nroutes: []\n',
      '2:30: `#` begins a comment here: it and what follows is not read; put the value in quotes, as in "#deployments"',
    ],
    [
      'a comment that takes the only bracket along',
      'channels: { a: { channel: #a } }',
      '1:27: `#` begins a comment here: it and what follows is not read; put the value in quotes, as in "#deployments"',
    ],
    [
      'a comment in place of a value',
      'channels:\n  a:\n    type: slack\n    token: ssm:/t\n    channel: #deploys\n',
      '5:5 channels.a.channel: `#` begins a comment here: it and what follows is not read; put the value in quotes, as in "#deployments"',
    ],
    [
      'an open bracket before a comment',
      'a: [b # c\nd: e',
      '2:1: the indentation does not fit, or a bracket is not closed; indent by two spaces',
    ],
    ['an open quote', 'cluster: "a', '1:12: a closing quote, bracket or colon is missing; add it'],
    ['a tag', 'cluster: !Ref Cluster', '1:10: tags such as !Ref are not known here; write the value itself'],
    ['a key that is a list', '? [a]\n: b', '1:3: a key must be plain text'],
    [
      'two keys on one line',
      'cluster: a: b',
      '1:10: a second `key: value` stands on this line; begin a new line, or use quotes',
    ],
  ])('%s', (_fact, text, expected) => expect(problemsOf(text)).toContain(`batuta.yml:${expected}`));

  test('no message quotes the text, which may be a secret', () => {
    for (const text of [
      'secret: *hunter2',
      'secret: @hunter2',
      'secret: "a" hunter2',
      '- a\nb: hunter2',
      '!hunter2 a',
    ]) {
      expect(problemsOf(text).join()).not.toContain('hunter2');
      expect(problemsOf(text)).not.toEqual([]);
    }
  });

  test('of a duplicate the last one is judged, at its own place', () => {
    expect(problemsOf('routes: []\nroutes: 5')[1]).toMatch(/^batuta\.yml:2:1 routes: must be a list/);
  });

  test('a duplicate does not hide the rest', () => {
    const lines = problemsOf('cluster: a\ncluster: b\nmemroy: 1');
    expect(lines).toHaveLength(2);
  });
});

describe('hostile text is one problem and no harm', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
    .concat('bcdefghi'.split('').map((c, i) => `${c}: &${c} [${`*${'abcdefghi'[i]},`.repeat(9)}]`))
    .join('\n');
  test.each([
    ['more than 1 MB', `# ${'x'.repeat(1_000_001)}`, '1:1: is larger than 1 MB; split it up'],
    ['an alias bomb', bomb, '1:1: its aliases (`*name`) multiply too often'],
  ])('%s', (_fact, text, expected) => expect(problemsOf(text)).toEqual([`batuta.yml:${expected}`]));

  test.each([
    ['deep lists', '['.repeat(20_000)],
    ['deep lists that end', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['a list inside itself', 'a: &a [*a]'],
    ['a map inside itself', 'jobs: &a { b: *a }'],
    ['a merge of itself', 'jobs: &a { <<: *a }'],
    ['a merge of text', 'jobs: { <<: text }'],
    ['prototype keys', '__proto__: { a: 1 }\nconstructor: 1\njobs: { __proto__: { script: 5 }, toString: 1 }'],
    ['control characters', 'cluster: "\\0"\n\0: 1'],
  ])('%s', (_fact, text) => expect(problemsOf(text)).not.toEqual([]));
});

describe('aliases and merges', () => {
  const text = `${PLACE}jobs:
  a: &base { script: a.sh, cpu: 512, memory: 1024 }
  b: { <<: *base, script: b.sh }
  c: *base`;

  test('resolve', () => {
    const { jobs } = configOf(text);
    expect(jobs.b).toMatchObject({ cpu: 512, memoryMiB: 1024, command: ['run', 'b.sh'] });
    expect(jobs.c).toMatchObject({ cpu: 512, command: ['run', 'a.sh'] });
  });

  test('lead to the line that holds the wrong value', () => {
    expect(problemsOf(text.replace('memory: 1024', 'memory: 3000')).map((line) => line.slice(0, 34))).toEqual([
      'batuta.yml:4:38 jobs.a.memory: 300',
      'batuta.yml:4:38 jobs.b.memory: 300',
      'batuta.yml:4:38 jobs.c.memory: 300',
    ]);
  });
});
