import type { DeploymentView } from '../../shared/api/deployment-view.ts';
import { apiSynopsis } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';

const verdictPath = (id: string, verb: string) => `/deployments/${encodeURIComponent(id)}/${verb}`;

export const approve = apiCommand({
  name: 'approve',
  synopsis: `DEPLOYMENT [--reason TEXT] [--override] ${apiSynopsis}`,
  summary: 'approve a held deployment; --override, for admins, lifts every hold',
  options: { reason: { type: 'string' }, override: { type: 'boolean' } },
  names: [1, 1],
  async act({ names: [id = ''], values: { reason, override }, json }, api, terminal) {
    const answer = (await api.post(verdictPath(id, 'approve'), given({ reason, override }))) as {
      deployment: DeploymentView;
    };
    tell(terminal, json, answer, ({ deployment }) => [approvalInWords(deployment, override === true)]);
    return endedBadly(answer.deployment) ? 1 : 0;
  },
});

/** A yes said twice is answered with what has become of the deployment since the first. */
const endedBadly = ({ state, times }: DeploymentView) => times.finished !== undefined && state !== 'succeeded';

function approvalInWords(deployment: DeploymentView, override: boolean): string {
  const { service, image, state, outcome } = deployment;
  const what = `${service} ${image.tag}`;
  if (endedBadly(deployment)) return `${what} is ${state}${outcome ? `: ${outcome.reason}` : ''}`;
  return override ? `every hold of ${what} is lifted` : `${what} is approved`;
}

export const reject = apiCommand({
  name: 'reject',
  synopsis: `DEPLOYMENT [--reason TEXT] ${apiSynopsis}`,
  summary: 'reject a held deployment: it ends',
  options: { reason: { type: 'string' } },
  names: [1, 1],
  async act({ names: [id = ''], values: { reason }, json }, api, terminal) {
    const answer = (await api.post(verdictPath(id, 'reject'), given({ reason }))) as { deployment: DeploymentView };
    tell(terminal, json, answer, ({ deployment: { service, image } }) => [`${service} ${image.tag} is rejected`]);
    return 0;
  },
});
