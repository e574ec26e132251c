import { paramVariable } from '../job-parameters.ts';
import { suggestName } from '../nearest.ts';
import type { Finding, Path } from '../problem.ts';
import { type Check, type CheckInput, entries, type JobDraft } from './check.ts';

/** What one job says about itself, apart from what has a file of its own here. */
export const checkJobs: Check = (input) =>
  entries(input.draft.jobs, 'jobs').flatMap(([, job, path]) => [
    ...checkProgram(path, input),
    ...checkScriptExists(job, path, input),
    ...checkVariables(job, path),
  ]);

function checkProgram(path: Path, { given }: CheckInput): Finding[] {
  const [script, command] = [given([...path, 'script']), given([...path, 'command'])];
  if (script && command) {
    return [{ path: [...path, 'command'], message: 'there is a script already', write: 'keep one of the two' }];
  }
  if (script || command) return [];
  const write = 'write `script: my-script.sh` or `command: [program, argument]`';
  return [{ path, message: 'does not say what to run', write }];
}

function checkScriptExists({ image, script }: JobDraft, path: Path, { toolboxScripts, given }: CheckInput): Finding[] {
  // Another image brings its own scripts.
  if (toolboxScripts === undefined || script === undefined) return [];
  if (image !== 'toolbox' && given([...path, 'image'])) return [];
  if (toolboxScripts.includes(script)) return [];
  const suggestion = suggestName(script, toolboxScripts);
  const message = `containers/toolbox/scripts has no \`${script}\``;
  return [{ path: [...path, 'script'], message, write: suggestion ?? 'add it there' }];
}

function checkVariables({ params, secrets }: JobDraft, path: Path): Finding[] {
  const owners = new Map(Object.keys(secrets ?? {}).map((name) => [name, `the secret \`${name}\``]));
  return Object.keys(params ?? {}).flatMap((name) => {
    const variable = paramVariable(name);
    const owner = owners.get(variable);
    owners.set(variable, owner ?? `the parameter \`${name}\``);
    if (owner === undefined) return [];
    return [
      {
        path: [...path, 'params', name],
        message: `reaches the script as ${variable}, as ${owner} does`,
        write: 'rename one',
      },
    ];
  });
}
