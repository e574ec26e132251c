import type { PlanView } from '../../shared/api/plan-view.ts';
import type { ServiceView } from '../../shared/api/service-view.ts';
import type { ServiceAnswer } from '../../shared/api/services.ts';
import { lineInWords } from '../../shared/deploy/diff.ts';
import { allPages } from '../all-pages.ts';
import { type Api, apiSynopsis } from '../api.ts';
import { apiCommand, tell } from '../arguments.ts';
import { holdLine } from '../deployment-lines.ts';

interface ServicePlan {
  service: string;
  mode: string;
  plan: PlanView;
}

export const plan = apiCommand({
  name: 'plan',
  synopsis: `[SERVICE] ${apiSynopsis}`,
  summary: 'what would change, and what it would wait for; exits 0 nothing to do, 2 changes, 1 error',
  options: {},
  names: [0, 1],
  async act({ names: [name], json }, api, terminal) {
    const named = name === undefined ? await everyService(api) : [name];
    const plans: ServicePlan[] = [];
    for (const service of named) plans.push(await planOf(api, service));
    tell(terminal, json, { plans }, () => plans.flatMap(planLines));
    return exitCode(plans);
  },
});

const everyService = async (api: Api) =>
  (await allPages<ServiceView>(api, '/services', 'services')).map((service) => service.name);

async function planOf(api: Api, name: string): Promise<ServicePlan> {
  const answer = (await api.get(`/services/${encodeURIComponent(name)}?plan=true`)) as {
    service: ServiceAnswer & { plan: PlanView };
  };
  return { service: name, mode: answer.service.mode, plan: answer.service.plan };
}

function exitCode(plans: readonly ServicePlan[]): number {
  const kinds = new Set(plans.map(({ plan: { kind } }) => kind));
  return kinds.has('refused') ? 1 : kinds.has('deploy') ? 2 : 0;
}

function planLines({ service, mode, plan: planned }: ServicePlan): string[] {
  switch (planned.kind) {
    case 'nothing':
      return [`${service}: nothing to do: ${planned.why}`];
    case 'refused':
      return [`${service}: would fail: ${planned.reason}`, `  what to do: ${planned.hint}`];
    case 'deploy':
      return [
        `${service}: ${planned.deployment ? `${planned.deployment} deploys` : 'would deploy'} ${planned.image?.tag}${
          mode === 'observe' ? ' (mode observe: it is only told)' : ''
        }`,
        `  ${planned.from} → a new revision${planned.movedBack ? ', moved back' : ''}`,
        ...planned.diff.map((line) => `    ${lineInWords(line)}`),
        ...planned.holds.map((hold) => `  waits: ${holdLine(hold)}`),
        ...planned.before.map((job) => `  runs first: the job ${job}`),
      ];
    default:
      return planned satisfies never;
  }
}
