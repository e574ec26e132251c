import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';

const minuteMs = 60_000;

/** Defaults of the SDK's model: LinearConfiguration, CanaryConfiguration and the hooks' timeout configuration. */
const defaults = { stepPercent: 10, stepMinutes: 6, canaryMinutes: 10, hookMinutes: 1440 };

/** For linear and canary services these stages come before and at every shift (model, DeploymentLifecycleHook). */
const perShift: ReadonlySet<string> = new Set(['PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']);

function shiftsOf({ strategy, linearConfiguration }: DeploymentConfiguration): number {
  if (strategy === 'CANARY') return 2;
  return strategy === 'LINEAR' ? Math.ceil(100 / (linearConfiguration?.stepPercent ?? defaults.stepPercent)) : 1;
}

function stepMinutes({ strategy, linearConfiguration, canaryConfiguration }: DeploymentConfiguration): number {
  if (strategy === 'CANARY') return canaryConfiguration?.canaryBakeTimeInMinutes ?? defaults.canaryMinutes;
  return strategy === 'LINEAR' ? (linearConfiguration?.stepBakeTimeInMinutes ?? defaults.stepMinutes) : 0;
}

/** How long a hook may hold a deployment up: only people end a pause, and ECS gives up on them after its timeout. */
function hookMinutes(hook: DeploymentLifecycleHook, shifts: number): number {
  const minutes = hook.timeoutConfiguration?.timeoutInMinutes;
  // A function's own time is the rollout's: only what was configured to take long is added.
  const each = minutes ?? (hook.targetType === 'PAUSE' ? defaults.hookMinutes : 0);
  return (hook.lifecycleStages ?? []).reduce((sum, stage) => sum + each * (perShift.has(stage) ? shifts : 1), 0);
}

/** What a blue/green, linear or canary deployment takes besides its tasks' start: steps, bake time, hooks. */
export function addedMs(configuration: DeploymentConfiguration | undefined): number {
  if (!configuration || (configuration.strategy ?? 'ROLLING') === 'ROLLING') return 0;
  const shifts = shiftsOf(configuration);
  // The last shift is followed by the bake time, not by a step's.
  const steps = stepMinutes(configuration) * (shifts - 1);
  const hooks = (configuration.lifecycleHooks ?? []).reduce((sum, hook) => sum + hookMinutes(hook, shifts), 0);
  return (steps + (configuration.bakeTimeInMinutes ?? 0) + hooks) * minuteMs;
}
