import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { NewDefinition } from './task-definition-defaults.ts';

type Refuse = (message: string) => never;

function checkPorts(
  { name, portMappings = [] }: ContainerDefinition,
  networkMode: string | undefined,
  refuse: Refuse,
): void {
  for (const { containerPort, hostPort } of portMappings) {
    for (const port of [containerPort, hostPort])
      if (port !== undefined && (!Number.isInteger(port) || port < 0 || port > 65535))
        refuse(`Invalid port ${port} for container '${name}'. Ports are between 0 and 65535.`);
    if (networkMode === 'awsvpc' && containerPort !== undefined && hostPort !== containerPort)
      refuse('When networkMode=awsvpc, the host ports and container ports in port mappings must match.');
  }
}

function checkSecrets(
  { secrets = [], environment = [] }: ContainerDefinition,
  executionRole: string | undefined,
  refuse: Refuse,
): void {
  if (secrets.length > 0 && executionRole === undefined)
    refuse("When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.");
  const taken = new Set(environment.map(({ name }) => name));
  for (const { name, valueFrom } of secrets) {
    if (!name) refuse('The secret name must not be null or empty.');
    if (taken.has(name))
      refuse(
        `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`,
      );
    taken.add(name);
    if (!valueFrom?.startsWith('arn:') && !/^[a-zA-Z0-9_.\-/]{1,2048}$/.test(valueFrom ?? ''))
      refuse(
        `The Systems Manager parameter name specified for secret ${name} is invalid. The parameter name can be up to 2048 characters and include the following letters and symbols: a-zA-Z0-9_.-,`,
      );
  }
}

function checkLogs({ logConfiguration }: ContainerDefinition, fargate: boolean, refuse: Refuse): void {
  if (!logConfiguration) return;
  const { logDriver, options = {} } = logConfiguration;
  if (fargate && !['awslogs', 'splunk', 'awsfirelens'].includes(logDriver ?? ''))
    refuse(
      `Log driver ${logDriver} is not supported on Fargate. The supported ones are awslogs, splunk and awsfirelens.`,
    );
  if (logDriver !== 'awslogs') return;
  const required = ['awslogs-group', 'awslogs-region', ...(fargate ? ['awslogs-stream-prefix'] : [])];
  const missing = required.filter((option) => !options[option]);
  if (missing.length > 0) refuse(`Log driver awslogs requires options: ${missing.join(', ')}`);
}

function checkHealth({ name, healthCheck }: ContainerDefinition, refuse: Refuse): void {
  if (!healthCheck) return;
  const [kind, ...rest] = healthCheck.command ?? [];
  if (kind !== 'NONE' && (rest.length === 0 || (kind !== 'CMD' && kind !== 'CMD-SHELL')))
    refuse(`Invalid health check for container '${name}'. The command must begin with CMD or CMD-SHELL.`);
  // The upper limits are ECS's; its lower ones (5 s, 2 s) would only make local runs wait.
  const limits = { interval: 300, timeout: 60, retries: 10, startPeriod: 300 };
  for (const [key, limit] of Object.entries(limits)) {
    const value = healthCheck[key as keyof typeof limits];
    if (value !== undefined && (value < 0 || value > limit))
      refuse(`Invalid health check for container '${name}'. '${key}' must be at most ${limit}.`);
  }
}

/** Limits of ContainerRestartPolicy, and of startTimeout in "Container timeouts" (ECS developer guide). */
function checkLife({ name, startTimeout = 0, restartPolicy }: ContainerDefinition, fargate: boolean, refuse: Refuse) {
  if (startTimeout < 0 || (fargate && startTimeout > 120))
    refuse(`Invalid startTimeout for container '${name}'. The maximum on Fargate is 120 seconds.`);
  const { restartAttemptPeriod: period = 300, ignoredExitCodes = [] } = restartPolicy ?? {};
  if (period < 60 || period > 1800)
    refuse(`Invalid restartPolicy for container '${name}'. restartAttemptPeriod must be between 60 and 1800 seconds.`);
  if (ignoredExitCodes.length > 50)
    refuse(`Invalid restartPolicy for container '${name}'. There can be at most 50 ignoredExitCodes.`);
}

/** One container of a new task definition. */
export function checkContainer(container: ContainerDefinition, definition: NewDefinition, refuse: Refuse): void {
  const { name, image, stopTimeout = 0 } = container;
  const fargate = definition.requiresCompatibilities?.includes('FARGATE') === true;
  if (!name) refuse('Container.name should not be null or empty.');
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name))
    refuse(`Invalid container name '${name}'. Up to 255 letters, numbers, hyphens and underscores are allowed.`);
  if (!image) refuse('Container.image should not be null or empty.');
  if (stopTimeout < 0 || (fargate && stopTimeout > 120))
    refuse(`Invalid stopTimeout for container '${name}'. The maximum on Fargate is 120 seconds.`);
  if (container.environment?.some((variable) => !variable.name))
    refuse(`The environment variable name of container '${name}' must not be empty.`);
  checkPorts(container, definition.networkMode, refuse);
  checkSecrets(container, definition.executionRoleArn, refuse);
  checkLogs(container, fargate, refuse);
  checkHealth(container, refuse);
  checkLife(container, fargate, refuse);
}
