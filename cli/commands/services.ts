import type { ServiceView } from '../../shared/api/service-view.ts';
import type { ServiceAnswer } from '../../shared/api/services.ts';
import { allPages } from '../all-pages.ts';
import { apiSynopsis } from '../api.ts';
import { apiCommand, tell } from '../arguments.ts';
import { deploymentTable, holdLine } from '../deployment-lines.ts';
import { facts, localTime, table } from '../print.ts';

export const services = apiCommand({
  name: 'services',
  synopsis: `[SERVICE] ${apiSynopsis}`,
  summary: 'the services, or one of them: what runs, what is under way, its last deployments',
  options: {},
  names: [0, 1],
  async act({ names: [name], json }, api, terminal) {
    if (name === undefined) {
      const all = await allPages<ServiceView>(api, '/services', 'services');
      tell(terminal, json, { services: all }, () => serviceTable(all));
      return 0;
    }
    const answer = (await api.get(`/services/${encodeURIComponent(name)}`)) as { service: ServiceAnswer };
    tell(terminal, json, answer, ({ service }) => serviceLines(service));
    return 0;
  },
});

const why = ({ holds = [] }: ServiceView) => (holds.length ? `: ${holds.map(holdLine).join(', ')}` : '');

/** The newest image, where it failed and nothing has come after it. */
function failure({ accepted, failed, inFlight, pending }: ServiceView): string {
  const last = failed.find(({ digest }) => digest === accepted?.digest);
  return last && !inFlight && !pending ? `${accepted?.tag} failed (${last.deployment})` : '';
}

/** What waits beside a rollout is told too: the newer push that needs approval. */
function underWay(service: ServiceView): string {
  const { inFlight, pending, pause, mode } = service;
  const waits = pending && pending !== inFlight ? `${pending} waits${why(service)}` : '';
  const rollout = inFlight ? `${inFlight} rolls out` : '';
  // A pause that holds something is told as its hold.
  const paused = pause && !waits ? 'paused' : '';
  return [rollout, waits, failure(service), paused, mode === 'observe' ? 'observed' : ''].filter(Boolean).join(', ');
}

function serviceTable(all: readonly ServiceView[]): string[] {
  if (all.length === 0) return ['batuta.yml has no services'];
  const rows = all.map((service) => [
    service.name,
    service.lastSuccessful?.tag ?? '-',
    service.lastSuccessful?.revision ?? '-',
    `${service.repository} ${service.tags}`,
    underWay(service),
  ]);
  return table([['SERVICE', 'LAST SUCCESS', 'AS REVISION', 'IMAGE', 'STATUS'], ...rows]);
}

function pauseInWords({ pause }: ServiceView): string | undefined {
  if (!pause) return undefined;
  const { by, reason, until } = pause;
  return `by ${by}${reason ? `: ${reason}` : ''}${until ? `, until ${localTime(until)}` : ', until resumed'}`;
}

function liveLines({ live }: ServiceAnswer): [string, string | undefined][] {
  if ('problem' in live) return [['problem', `${live.problem?.reason}; ${live.problem?.hint}`]];
  const { revision, images, rollout } = live;
  return [
    ['revision', revision],
    ...images.map(({ container, image }): [string, string] => ['container', `${container} ${image}`]),
    ['tasks', rollout && `${rollout.running} of ${rollout.desired} run${rollout.state ? `, ${rollout.state}` : ''}`],
  ];
}

function serviceLines(service: ServiceAnswer): string[] {
  const { hold } = service;
  const waits = [hold.approval && 'approval', hold.scan && `scan ${hold.scan}`, ...hold.freeze].filter(Boolean);
  return [
    service.name,
    ...facts([
      ['service', `${service.service} in ${service.cluster}`],
      ['image', `${service.repository} ${service.tags}`],
      ['mode', service.mode],
      ['holds', waits.join(', ')],
      ...liveLines(service),
      ['newest', service.accepted && `${service.accepted.tag}, pushed ${localTime(service.accepted.pushedAt)}`],
      ['failure', failure(service)],
      ['under way', service.inFlight],
      [
        'waiting',
        service.pending === service.inFlight ? undefined : service.pending && `${service.pending}${why(service)}`,
      ],
      ['paused', pauseInWords(service)],
    ]),
    ...deploymentTable(service.deployments),
  ];
}
