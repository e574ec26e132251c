import type { DeploymentView } from '../../shared/api/deployment-view.ts';
import { type Api, apiSynopsis, Refusal } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';
import type { Terminal } from '../command.ts';
import { follow } from '../follow.ts';

type Asked = { deployment: DeploymentView } | { already: Refusal };

/** In CI the push itself is often quicker: what it began is then what there is to follow. */
async function post(api: Api, path: string, body: Readonly<Record<string, unknown>>, follows: boolean): Promise<Asked> {
  try {
    return (await api.post(path, body)) as { deployment: DeploymentView };
  } catch (error) {
    if (follows && error instanceof Refusal && error.deployment) return { already: error };
    throw error;
  }
}

/** POSTs, tells what was recorded, and with `--follow` how it goes on. */
async function ask(
  api: Api,
  path: string,
  body: Readonly<Record<string, unknown>>,
  terminal: Terminal,
  { json, follows }: { json: boolean; follows: boolean },
): Promise<number> {
  const answer = await post(api, path, body, follows);
  if ('already' in answer) {
    const { message, deployment = '' } = answer.already;
    if (!json) terminal.out(message);
    return follow(api, deployment, terminal, json);
  }
  const { id, service, image, rollback } = answer.deployment;
  if (follows && json) return follow(api, id, terminal, json);
  const what = rollback ? `${service} goes back to ${image.tag}` : `${service} ${image.tag} is asked for`;
  tell(terminal, json, answer, () => [`${what}: ${id}`]);
  return follows ? follow(api, id, terminal, json) : 0;
}

const followOption = { follow: { type: 'boolean', short: 'f' } } as const;

export const deploy = apiCommand({
  name: 'deploy',
  synopsis: `SERVICE [--tag TAG | --digest DIGEST] [--follow] ${apiSynopsis}`,
  summary: 'deploy what the tag policy chooses, or this image, also one that failed before',
  options: { tag: { type: 'string' }, digest: { type: 'string' }, ...followOption },
  names: [1, 1],
  act({ names: [service = ''], values: { tag, digest, follow: follows }, json }, api, terminal) {
    const path = `/services/${encodeURIComponent(service)}/deploy`;
    return ask(api, path, given({ tag, digest }), terminal, { json, follows: follows === true });
  },
});

export const rollback = apiCommand({
  name: 'rollback',
  synopsis: `SERVICE [--to DEPLOYMENT] [--follow] ${apiSynopsis}`,
  summary: 'go back to the last successful deployment before what runs, or to this one',
  options: { to: { type: 'string' }, ...followOption },
  names: [1, 1],
  act({ names: [service = ''], values: { to, follow: follows }, json }, api, terminal) {
    const path = `/services/${encodeURIComponent(service)}/rollback`;
    return ask(api, path, given({ to }), terminal, { json, follows: follows === true });
  },
});
