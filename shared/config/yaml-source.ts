import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import type { Path } from './problem.ts';
import { type SyntaxProblem, syntaxProblems } from './yaml-syntax.ts';

const MAX_BYTES = 1_000_000;

export interface Position {
  line: number;
  column: number;
}

export interface YamlSource {
  /** Whether `data` can be relied on. */
  readable: boolean;
  /** Plain data, aliases and merges resolved; null where the text is empty. */
  data: unknown;
  problems: (SyntaxProblem & Position)[];
  /** Where the key or list item at `path` stands, or else the nearest one around it. */
  locate(path: Path): Position;
}

/** Parses YAML 1.2 with merge keys; never throws. Duplicate keys are problems, but the rest is still read. */
export function readYaml(text: string): YamlSource {
  if (Buffer.byteLength(text) > MAX_BYTES) return unreadable({ message: 'is larger than 1 MB', write: 'split it up' });
  try {
    return parse(text);
  } catch (error) {
    // Alias bombs are a ReferenceError of yaml's toJS, endless nesting is a RangeError of the stack.
    if (error instanceof ReferenceError) return unreadable({ message: 'its aliases (`*name`) multiply too often' });
    if (error instanceof RangeError) return unreadable({ message: 'is nested too deeply' });
    return unreadable({
      message: 'it merges (`<<`) something other than keys with values',
      write: 'write `<<: *name`',
    });
  }
}

function parse(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'error',
  });
  const place = (offset: number) => toPosition(lines, offset);
  const { problems, readable } = syntaxProblems(document, text);
  return {
    readable,
    data: readable ? document.toJS({ maxAliasCount: 100 }) : undefined,
    problems: problems.map((problem) => ({ ...problem, ...place(problem.offset) })),
    locate: (path) => place(findOffset(document, path)),
  };
}

function unreadable(problem: Omit<SyntaxProblem, 'offset'>): YamlSource {
  const start = { line: 1, column: 1 };
  return { readable: false, data: undefined, problems: [{ ...problem, offset: 0, ...start }], locate: () => start };
}

function toPosition(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function findOffset(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    const found = child(document, node, step);
    if (found === undefined) break;
    offset = startOf(found) ?? offset;
    node = isPair(found) ? found.value : found;
  }
  return offset;
}

function child(document: Document, parent: unknown, step: string | number): Node | Pair | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isSeq(node)) return node.items[Number(step)] as Node | undefined;
  if (!isMap(node)) return undefined;
  const own = node.items.findLast((pair) => keyOf(pair) === String(step));
  if (own !== undefined) return own;
  const merges = node.items.filter((pair) => keyOf(pair) === '<<').flatMap((pair) => mergedMaps(pair.value));
  return merges.map((merged) => child(document, merged, step)).find((found) => found !== undefined);
}

function mergedMaps(value: unknown): unknown[] {
  return isSeq(value) ? value.items : [value];
}

function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) ? String(pair.key.value) : undefined;
}

function startOf(found: Node | Pair): number | undefined {
  const node = isPair(found) ? found.key : found;
  return (node as Node | null)?.range?.[0];
}
