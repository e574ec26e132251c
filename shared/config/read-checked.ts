import type { z } from 'zod';
import { valueAt, without } from './data-path.ts';
import { type Finding, formatPath, type Path, type Problem } from './problem.ts';
import { findingsOf } from './schema-findings.ts';
import { commentedOut, isCommentedOut } from './yaml-comment.ts';
import { type Position, readYaml } from './yaml-source.ts';

export type Checked<T> =
  /** `problemOf`: a finding that is made of the value, with its place. */
  { ok: true; value: T; problemOf: (finding: Finding) => Problem } | { ok: false; problems: Problem[] };

/** Cross-checks: `draft` is the data without what has a wrong shape, `given` also sees that. */
type CrossChecks = (draft: unknown, given: (path: Path) => boolean) => Finding[];

/** Reads YAML, checks its shape and then what is left of it across; tells everything at once, in the file's order. */
export function readChecked<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  file: string,
  checks: CrossChecks,
): Checked<z.output<Schema>> {
  const source = readYaml(text);
  const problems: Problem[] = source.problems.map(({ line, column, message, write }) =>
    toProblem({ path: [], message, ...(write === undefined ? {} : { write }) }, file, { line, column }),
  );
  if (source.readable) {
    const parsed = schema.safeParse(source.data);
    const shape = parsed.success ? [] : findingsOf(schema, source.data, parsed.error.issues);
    const draft = without(
      source.data,
      shape.map((finding) => finding.path),
    );
    const across = checks(draft ?? {}, (path) => valueAt(source.data, path) !== undefined);
    problems.push(
      ...[...shape, ...across].map((finding) => {
        const place = source.locate(finding.path);
        return toProblem(explainEmpty(finding, text, place), file, place);
      }),
    );
    const problemOf = (finding: Finding) => toProblem(finding, file, source.locate(finding.path));
    if (parsed.success && problems.length === 0) return { ok: true, value: parsed.data, problemOf };
  }
  return { ok: false, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}

function explainEmpty(finding: Finding, text: string, { line, column }: Position): Finding {
  const rest = text.split('\n')[line - 1]?.slice(column - 1) ?? '';
  return finding.message === 'is empty' && isCommentedOut(rest) ? { ...finding, ...commentedOut } : finding;
}

function toProblem({ path, ...rest }: Finding, file: string, { line, column }: Position): Problem {
  return { file, line, column, path: formatPath(path), ...rest };
}
