import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../shared/config/load.ts';

interface Example {
  page: string;
  line: number;
  yaml: string;
}

/** The fenced `yaml` blocks of a page. */
function examplesOf(page: string): Example[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(({ index, 1: yaml = '' }) => ({
    page,
    line: text.slice(0, index).split('\n').length + 1,
    yaml,
  }));
}

/** What every example needs and few show. */
const around = { cluster: 'prod', network: { subnets: ['subnet-0a1b2c3d4e5f60718'] } };

describe('examples that the documentation shows', () => {
  const examples = ['jobs', 'notifications', 'toolbox'].flatMap((name) => examplesOf(`docs/${name}.md`));

  test('there are some', () => expect(examples.length).toBeGreaterThan(10));

  test.each(examples)('$page:$line can be pasted into a batuta.yml', ({ page, yaml }) => {
    const loaded = loadConfig(stringify({ ...around, ...parse(yaml) }), page);
    expect(loaded.ok ? [] : loaded.problems).toEqual([]);
  });
});
