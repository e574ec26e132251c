import type { ParamConfig } from '../config.ts';
import { paramValueProblem } from '../job-parameters.ts';
import { suggestName } from '../nearest.ts';
import type { Finding, Path } from '../problem.ts';
import { resolveParam } from '../resolve-param.ts';
import type { ParamYaml } from '../schema/param.ts';
import { templateNames } from '../template.ts';
import { type CheckInput, entries, type JobDraft, type ParamDraft } from './check.ts';

/** What a parameter's values are held to, as far as it has the right shape; undefined without a type. */
export function rulesOf({ type, enum: allowed, default: value, ...rest }: ParamDraft): ParamConfig | undefined {
  if (type === undefined) return undefined;
  const complete = {
    ...rest,
    enum: allowed?.filter((item) => item !== undefined),
    default: value as ParamYaml['default'],
  };
  return resolveParam({ type, ...complete });
}

export const requiredParams = (job: JobDraft | undefined): string[] =>
  entries(job?.params)
    .filter(([, param]) => param.default === undefined && param.required !== false)
    .map(([name]) => name);

/** What is wrong with what a schedule or another job gives to the job `name`; texts with templates are left for later. */
export function checkGiven(
  name: string,
  values: Record<string, unknown>,
  path: Path,
  owner: Path,
  { draft, given }: CheckInput,
): Finding[] {
  const job = draft.jobs?.[name];
  const known = Object.keys(job?.params ?? {});
  const wrong = Object.entries(values).flatMap(([param, value]) => {
    const at = [...path, param];
    if (given(['jobs', name, 'params', param])) return checkValue(job?.params?.[param], value, at);
    const write = suggestName(param, known) ?? 'it has none; remove this';
    return [{ path: at, message: `\`${name}\` has no parameter \`${param}\``, write }];
  });
  const missing = requiredParams(job).filter((param) => !given([...path, param]));
  return [...wrong, ...missing.map((param) => missingParam(name, param, given(path) ? path : owner))];
}

const missingParam = (job: string, param: string, path: Path): Finding => ({
  path,
  message: `\`${job}\` needs its parameter \`${param}\`, which nobody gives it here`,
  write: `add \`${param}\` to \`params\` here, or give it a default`,
});

function checkValue(param: ParamDraft | undefined, value: unknown, path: Path): Finding[] {
  const rules = param && rulesOf(param);
  if (rules === undefined || value === undefined || hasTemplate(value)) return [];
  const problem = valueFinding(rules, value);
  return problem === undefined ? [] : [{ path, ...problem }];
}

const hasTemplate = (value: unknown): boolean =>
  [value].flat().some((text) => typeof text === 'string' && templateNames(text).length > 0);

/** Where YAML made a number of a text, what to do about it. */
export function valueFinding(rules: ParamConfig, value: unknown): Omit<Finding, 'path'> | undefined {
  const problem = paramValueProblem(rules, value);
  if (problem === undefined) return undefined;
  const [message = problem, ...write] = problem.split('; ');
  const quotes = rules.type === 'string' && typeof value !== 'string' && typeof value !== 'object';
  if (quotes) return { message, write: 'put it in quotes' };
  return write.length === 0 ? { message } : { message, write: write.join('; ') };
}
