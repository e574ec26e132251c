import { suggestName } from '../nearest.ts';
import type { Finding, Path } from '../problem.ts';
import { spreadName, templateNames } from '../template.ts';
import { type Check, type CheckInput, type JobDraft, jobsOf, type ParamDraft } from './check.ts';

/** The templates of `args` name parameters that always have a value, and lists where an argument may become several. */
export const checkArgs: Check = (input) =>
  jobsOf(input).flatMap(([, job, path]) =>
    (job.args ?? []).flatMap((arg, i) => checkTemplates(job, arg ?? '', [...path, 'args', i], input)),
  );

type Problem = Omit<Finding, 'path'>;

function checkTemplates(job: JobDraft, arg: string, path: Path, { given }: CheckInput): Finding[] {
  const isSpread = spreadName(arg) !== undefined;
  return templateNames(arg).flatMap((written) => {
    const name = written.replace(/^\.\.\.\s*/, '');
    const known = given([...path.slice(0, 2), 'params', name]);
    const problem = known ? wrongUse(name, job.params?.[name], written !== name, isSpread) : unknown(name, job);
    return problem === undefined ? [] : [{ path, ...problem }];
  });
}

function unknown(name: string, job: JobDraft): Problem {
  if (name.startsWith('steps.')) {
    const message = `\`{{${name}}}\`: outputs are given by the job that starts this one`;
    return { message, write: 'write it there, in `then[].params`, and name a parameter here' };
  }
  const write = suggestName(name, Object.keys(job.params ?? {})) ?? `add \`${name}\` to params`;
  return { message: `\`{{${name}}}\` names no parameter of this job`, write };
}

function wrongUse(name: string, param: ParamDraft | undefined, dots: boolean, alone: boolean): Problem | undefined {
  if (param?.type === undefined) return undefined;
  if (param.secret)
    return {
      message: `\`{{${name}}}\` is the name of a secret, which arguments do not show`,
      write: 'remove it: the script finds the name in its environment',
    };
  if (param.type === 'list') return alone ? undefined : listProblem(name, dots);
  if (dots) return { message: `\`{{...${name}}}\` is no list`, write: `write \`{{${name}}}\`` };
  if (param.required !== false || param.default !== undefined) return undefined;
  return { message: `\`{{${name}}}\` may have no value`, write: `give \`${name}\` a default, or make it required` };
}

function listProblem(name: string, dots: boolean): Problem {
  if (dots) return { message: 'a list becomes arguments of its own', write: `write "{{...${name}}}" alone` };
  return { message: `\`{{${name}}}\` is a list`, write: `write "{{...${name}}}" alone in an argument` };
}
