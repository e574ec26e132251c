import type { DeploymentView } from '../../shared/api/deployment-view.ts';
import { type Api, apiSynopsis } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';
import type { Terminal } from '../command.ts';
import { follow } from '../follow.ts';

/** POSTs, tells what was recorded, and with `--follow` how it goes on. */
async function ask(
  api: Api,
  path: string,
  body: Readonly<Record<string, unknown>>,
  terminal: Terminal,
  { json, follows }: { json: boolean; follows: boolean },
): Promise<number> {
  const answer = (await api.post(path, body)) as { deployment: DeploymentView };
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
