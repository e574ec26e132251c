import { redact } from '../core/redact.ts';
import { fields } from '../events/parse.ts';
import { type RawTaskDefinition, registrable } from './revision.ts';

/** One difference between two task definitions. */
export interface DiffLine {
  /** `containers.api.image`; entries of lists by their name, where they have one. */
  path: string;
  /** Absent where it was added. */
  before?: string;
  /** Absent where it was removed. */
  after?: string;
  /** Values are not told: environment variables, secrets, options that may be credentials. */
  hidden: boolean;
}

/** Lists whose entries are told apart by one of their members, as ECS does. */
const keyedBy: Readonly<Record<string, string>> = {
  containerDefinitions: 'name',
  environment: 'name',
  secrets: 'name',
  secretOptions: 'name',
  volumes: 'name',
  mountPoints: 'containerPath',
  portMappings: 'containerPort',
  dependsOn: 'containerName',
  ulimits: 'name',
  extraHosts: 'hostname',
  systemControls: 'namespace',
};

/** Their entries are one thing each, known by name; what they hold is not told. */
const namesOnly: ReadonlySet<string> = new Set(['environment', 'secrets', 'secretOptions']);
const credential = /token|password|secret|key|credential|auth/i;
const longest = 160;

interface Leaf {
  /** As canonical JSON: to compare. */
  value: string;
  shown: string;
  hidden: boolean;
}

/** Members in the order of their names, so that the same content is the same text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}

function leafOf(value: unknown, hidden: boolean): Leaf {
  const told = redact(typeof value === 'string' && value !== '' ? value : canonical(value));
  return { value: canonical(value), shown: told.length > longest ? `${told.slice(0, longest - 1)}…` : told, hidden };
}

const shortName = (member: string) => (member === 'containerDefinitions' ? 'containers' : member);

/** Undefined where the list's entries have no name each of its own. ECS makes no difference between none and no list. */
function entriesOf(member: string, value: readonly unknown[]): [string, unknown][] | undefined {
  const key = keyedBy[member];
  if (key === undefined) return undefined;
  const entries = value.map((entry): [string, unknown] => [String(fields(entry)[key] ?? ''), entry]);
  const isDistinct = new Set(entries.map(([name]) => name)).size === entries.length;
  return isDistinct && entries.every(([name]) => name !== '') ? entries : undefined;
}

function flatten(path: string, member: string, value: unknown, into: Map<string, Leaf>): void {
  const hidden =
    namesOnly.has(member) || (/\.options\./.test(path) && credential.test(path.split('.options.')[1] ?? ''));
  const entries = Array.isArray(value) ? entriesOf(member, value) : undefined;
  if (entries && namesOnly.has(member)) {
    for (const [name, entry] of entries) into.set(`${path}.${name}`, leafOf(entry, true));
  } else if (entries) {
    for (const [name, entry] of entries) flatten(`${path}.${name}`, '', entry, into);
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    for (const [key, inner] of Object.entries(value))
      flatten(path ? `${path}.${shortName(key)}` : shortName(key), key, inner, into);
  } else into.set(path, leafOf(value, hidden));
}

function leavesOf(definition: RawTaskDefinition): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  // Tags are told by another call, and are no part of what runs.
  const { tags: _, ...content } = registrable(definition);
  flatten('', '', content, leaves);
  return leaves;
}

/**
 * What differs between two task definitions, by path; what ECS itself adds to each revision does not
 * count. Values of environment variables and of secrets are never told, others redacted by pattern.
 */
export function diffRevisions(before: RawTaskDefinition, after: RawTaskDefinition): DiffLine[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths.flatMap((path) => changeOf(path, old.get(path), now.get(path)) ?? []);
}

function changeOf(path: string, was: Leaf | undefined, is: Leaf | undefined): DiffLine | undefined {
  if (was?.value === is?.value) return undefined;
  const hidden = was?.hidden === true || is?.hidden === true;
  const told = (leaf: Leaf) => (hidden ? '' : leaf.shown);
  return { path, hidden, ...(was ? { before: told(was) } : {}), ...(is ? { after: told(is) } : {}) };
}

/** `containers.api.image: a → b`, `cpu: added: 256`, `containers.api.environment.LOG_LEVEL: changed`. */
export function lineInWords({ path, before, after, hidden }: DiffLine): string {
  const what = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  if (hidden) return `${path}: ${what}`;
  if (before !== undefined && after !== undefined) return `${path}: ${before} → ${after}`;
  return `${path}: ${what}: ${before ?? after}`;
}
