import type { Path } from '../problem.ts';
import type { Draft } from '../schema.ts';
import { entries, type JobDraft } from './check.ts';

/** One job that another one starts. */
export interface Edge {
  from: string;
  to: string;
  /** It stands in this list already. */
  again: boolean;
  params: Record<string, unknown>;
  path: Path;
  /** Where the job's name stands. */
  jobPath: Path;
}

export interface Chains {
  edges: readonly Edge[];
  /** The job itself and all that may run before it. */
  upTo(job: string): readonly string[];
  /** From `edge.from` back to itself by this edge, where it is the first of the circle in the file. */
  circle(edge: Edge): string[] | undefined;
}

export function chainsOf({ jobs }: Draft): Chains {
  const all = entries(jobs, 'jobs');
  const edges = all.flatMap(([from, job, path]) =>
    (['then', 'onFailure'] as const).flatMap((key) => edgesOf(from, job[key] ?? [], [...path, key])),
  );
  const next = grouped(edges, ({ from, to }) => [from, to]);
  const previous = grouped(edges, ({ from, to }) => [to, from]);
  const order = all.map(([name]) => name);
  const first = (names: readonly string[]) => order.find((name) => names.includes(name));
  return {
    edges,
    upTo: (job) => [...walk(job, previous).keys()],
    circle: ({ from, to }) => {
      const back = pathTo(from, walk(to, next));
      return back !== undefined && first(back) === from ? [from, ...back] : undefined;
    },
  };
}

function edgesOf(from: string, list: NonNullable<JobDraft['then']>, path: Path): Edge[] {
  const names = list.map((next) => (typeof next === 'string' ? next : next?.job));
  return list.flatMap((next, i) => {
    const to = names[i];
    if (next === undefined || to === undefined) return [];
    const at = [...path, i];
    const isName = typeof next === 'string';
    const params = isName ? {} : (next.params ?? {});
    return [{ from, to, again: names.indexOf(to) < i, params, path: at, jobPath: isName ? at : [...at, 'job'] }];
  });
}

type Links = ReadonlyMap<string, readonly string[]>;

function grouped(edges: readonly Edge[], pair: (edge: Edge) => [string, string]): Links {
  const links = new Map<string, string[]>();
  for (const [key, value] of edges.map(pair)) links.set(key, [...(links.get(key) ?? []), value]);
  return links;
}

/** Everything to be reached from `start`, each with where it was reached from; the nearest first. */
function walk(start: string, links: Links): Map<string, string | undefined> {
  const reached = new Map<string, string | undefined>([[start, undefined]]);
  for (const name of reached.keys())
    for (const other of links.get(name) ?? []) if (!reached.has(other)) reached.set(other, name);
  return reached;
}

/** The way that a walk took to `end`, or undefined where it did not get there. */
function pathTo(end: string, reached: ReadonlyMap<string, string | undefined>): string[] | undefined {
  if (!reached.has(end)) return undefined;
  const path = [end];
  for (let name = reached.get(end); name !== undefined; name = reached.get(name)) path.unshift(name);
  return path;
}
