import type { ParamConfig } from '../config.ts';
import { paramValueProblem } from '../job-parameters.ts';
import { suggestName } from '../nearest.ts';
import type { Finding, Path } from '../problem.ts';
import { templateNames } from '../template.ts';
import { type Check, type CheckInput, entries, type JobDraft, type ParamDraft } from './check.ts';

/** Defaults and enums fit the type, and the templates of `args` name parameters that always have a value. */
export const checkParamsOfJobs: Check = (input) =>
  entries(input.draft.jobs, 'jobs').flatMap(([, job, path]) => [
    ...entries(job.params, ...path, 'params').flatMap(([, param, at]) => checkValues(param, at)),
    ...(job.args ?? []).flatMap((arg, i) => checkTemplates(job, arg ?? '', [...path, 'args', i], input)),
  ]);

function checkValues({ type, enum: allowed, default: value }: ParamDraft, path: Path): Finding[] {
  if (type === undefined) return [];
  const wrongEnum = (allowed ?? []).flatMap((item, i) => valueFinding({ type }, item, [...path, 'enum', i]));
  if (wrongEnum.length > 0) return wrongEnum;
  const values = allowed?.filter((item) => item !== undefined);
  return valueFinding(values === undefined ? { type } : { type, enum: values }, value, [...path, 'default']);
}

function valueFinding(param: Pick<ParamConfig, 'type' | 'enum'>, value: unknown, path: Path): Finding[] {
  const message = value === undefined ? undefined : paramValueProblem(param, value);
  if (message === undefined) return [];
  const scalar = param.type === 'string' && typeof value !== 'string';
  return [{ path, message, ...(scalar ? { write: 'put it in quotes' } : {}) }];
}

function checkTemplates(job: JobDraft, arg: string, path: Path, { given }: CheckInput): Finding[] {
  const owner = path.slice(0, 2);
  return templateNames(arg).flatMap((name) => {
    const problem = given([...owner, 'params', name]) ? optionalProblem(name, job.params?.[name]) : unknown(name, job);
    return problem === undefined ? [] : [{ path, ...problem }];
  });
}

function unknown(name: string, job: JobDraft): Omit<Finding, 'path'> {
  if (name.startsWith('...'))
    return { message: `\`{{${name}}}\`: lists are not built yet`, write: 'name one parameter' };
  if (name.startsWith('steps.')) return { message: `\`{{${name}}}\`: outputs of other jobs are not built yet` };
  const write = suggestName(name, Object.keys(job.params ?? {})) ?? `add \`${name}\` to params`;
  return { message: `\`{{${name}}}\` names no parameter of this job`, write };
}

function optionalProblem(name: string, param: ParamDraft | undefined): Omit<Finding, 'path'> | undefined {
  if (param?.required !== false || param.default !== undefined) return undefined;
  return { message: `\`{{${name}}}\` may have no value`, write: `give \`${name}\` a default, or make it required` };
}
