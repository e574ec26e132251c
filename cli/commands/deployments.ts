import type { DeploymentSummary, DeploymentView } from '../../shared/api/deployment-view.ts';
import { apiSynopsis } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';
import { deploymentLines, deploymentTable } from '../deployment-lines.ts';

interface Page {
  deployments: DeploymentSummary[];
  cursor?: string;
}

export const deployments = apiCommand({
  name: 'deployments',
  synopsis: `[SERVICE] [--limit N] [--cursor CURSOR] ${apiSynopsis}`,
  summary: 'the last deployments, of one service or of all',
  options: { limit: { type: 'string' }, cursor: { type: 'string' } },
  names: [0, 1],
  async act({ names: [service], values, json }, api, terminal) {
    const query = new URLSearchParams(
      given({ service, limit: values.limit, cursor: values.cursor }) as Record<string, string>,
    );
    const page = (await api.get(`/deployments?${query}`)) as Page;
    tell(terminal, json, page, ({ deployments: listed, cursor }) => [
      ...deploymentTable(listed),
      ...(cursor ? [`more: --cursor ${cursor}`] : []),
    ]);
    return 0;
  },
});

export const deployment = apiCommand({
  name: 'deployment',
  synopsis: `ID ${apiSynopsis}`,
  summary: 'the whole history of one deployment',
  options: {},
  names: [1, 1],
  async act({ names: [id = ''], json }, api, terminal) {
    const answer = (await api.get(`/deployments/${encodeURIComponent(id)}`)) as { deployment: DeploymentView };
    tell(terminal, json, answer, (told) => deploymentLines(told.deployment));
    return 0;
  },
});
