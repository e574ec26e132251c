import type { DeploymentSummary, DeploymentView } from '../shared/api/deployment-view.ts';
import { endInWords } from '../shared/deploy/hold/hold.ts';
import { facts, localTime, short, table } from './print.ts';

type Trigger = DeploymentSummary['trigger'];
type Hold = NonNullable<DeploymentSummary['holds']>[number];

function triggerInWords(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'api':
      return `by ${trigger.caller}`;
    case 'promotion':
      return `promotion from ${trigger.service}`;
    case 'drift':
      return 'drift';
    case 'push':
    case 'sweep':
      return trigger.kind;
    default:
      return trigger satisfies never;
  }
}

const whatOf = ({ rollback, movedBack }: DeploymentSummary) =>
  rollback ? ' (rollback)' : movedBack ? ' (moved back)' : '';

/** A job that runs first ends by itself. */
export function holdLine({ kind, why, until }: Pick<Hold, 'kind' | 'why' | 'until'>): string {
  if (kind === 'before') return why;
  return `${why}; ${endInWords(kind, until && localTime(until))}`;
}

/** One line each: when, what, by whom, what became of it. */
export function deploymentTable(deployments: readonly DeploymentSummary[]): string[] {
  if (deployments.length === 0) return ['no deployments'];
  const rows = deployments.map((deployment) => [
    localTime(deployment.createdAt),
    deployment.service,
    `${deployment.image.tag}${whatOf(deployment)}`,
    deployment.state,
    triggerInWords(deployment.trigger),
    deployment.id,
  ]);
  return table([['ASKED', 'SERVICE', 'IMAGE', 'STATE', 'TRIGGER', 'ID'], ...rows]);
}

function saidLine(
  label: string,
  said: { by: string; at: string; reason?: string } | undefined,
): [string, string | undefined] {
  return [label, said && `${said.by}, ${localTime(said.at)}${said.reason ? `: ${said.reason}` : ''}`];
}

function crashLines({ crashes }: DeploymentView): string[] {
  return crashes.flatMap(({ taskArn, stoppedAt, cause, logTail = [] }) => [
    `  ${localTime(stoppedAt)} ${taskArn.slice(taskArn.lastIndexOf('/') + 1)}: ${cause}`,
    ...logTail.map((line) => `    | ${line}`),
  ]);
}

const runsOf = (phase: string, runs: DeploymentView['runs']['before']): [string, string][] =>
  runs.map(({ job, run }) => [`job ${phase}`, `${job} (${run})`]);

/** The whole history of one deployment. */
export function deploymentLines(deployment: DeploymentView): string[] {
  const { id, service, state, image, trigger, from, to, holds = [], outcome, times, runs, wentBack } = deployment;
  const crashed = crashLines(deployment);
  return [
    `${service} ${image.tag}${whatOf(deployment)}: ${state}`,
    ...facts([
      ['id', id],
      ['image', `${image.repository}:${image.tag} (${short(image.digest)})`],
      ['trigger', triggerInWords(trigger)],
      ['revision', to && `${from ? `${from.revision} → ` : ''}${to.revision}`],
      ['went back', wentBack && `to ${wentBack.revision}, by ${wentBack.by}`],
      ...holds.map((hold): [string, string] => ['waits', holdLine(hold)]),
      saidLine(deployment.approval?.verdict ?? 'approved', deployment.approval),
      saidLine('override', deployment.override),
      ...runsOf('before', runs.before),
      ...runsOf('after', runs.after),
      ['why', outcome?.reason],
      ['what to do', outcome?.hint],
    ]),
    'times',
    ...facts(Object.entries(times).map(([step, at]): [string, string] => [`  ${step}`, localTime(at)])),
    ...(crashed.length ? ['tasks that died', ...crashed] : []),
  ];
}
