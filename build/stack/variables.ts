import { resolve } from 'node:path';
import type { Config } from '../../shared/config/config.ts';
import { readConfiguration } from '../configuration.ts';
import { type ConfigurationValues, configurationValues } from './configuration-values.ts';
import { deadLetterResources, deadLetterUrls } from './dead-letters.ts';
import { executionPolicyResources } from './execution-policies.ts';
import type { Resources, Value } from './policy.ts';
import { type Permissions, roleResources } from './roles.ts';

/** What osls hands to a function in a `${file(…)}` variable. */
interface Hook {
  resolveConfigurationProperty(path: string[]): Promise<unknown>;
  resolveVariable(variable: string): Promise<unknown>;
}

async function config({ resolveVariable }: Hook): Promise<Config> {
  return readConfiguration(resolve(String(await resolveVariable('param:config'))));
}

async function names({ resolveConfigurationProperty }: Hook): Promise<{ stack: string; rolePrefix: string }> {
  const stack = String(await resolveConfigurationProperty(['custom', 'name']));
  return { stack, rolePrefix: `${stack}-${await resolveConfigurationProperty(['provider', 'region'])}` };
}

/** The functions that serverless.yml gives a dead-letter queue by `onError`. */
async function asynchronous(hook: Hook): Promise<string[]> {
  const functions = (await hook.resolveConfigurationProperty(['functions'])) as Record<string, { onError?: unknown }>;
  return Object.keys(functions).filter((name) => functions[name]?.onError !== undefined);
}

export async function configuration(hook: Hook): Promise<ConfigurationValues> {
  return configurationValues(await config(hook));
}

export async function roles(hook: Hook): Promise<Resources> {
  const { stack, rolePrefix } = await names(hook);
  const { permissions, statements } = (await hook.resolveConfigurationProperty(['custom'])) as Omit<
    Permissions,
    'asynchronous'
  >;
  return roleResources({ permissions, statements, asynchronous: await asynchronous(hook) }, stack, rolePrefix);
}

export async function executionPolicies(hook: Hook): Promise<Resources> {
  return executionPolicyResources(await config(hook), (await names(hook)).rolePrefix);
}

export async function deadLetterQueues(hook: Hook): Promise<Resources> {
  return deadLetterResources(await asynchronous(hook), (await names(hook)).stack);
}

/** Asks for each function's queue alone: this stands in a function, so all of `functions` would lead back here. */
export async function deadLetterQueueUrls(hook: Hook): Promise<Value> {
  const permissions = (await hook.resolveConfigurationProperty(['custom', 'permissions'])) as object;
  const found = Object.keys(permissions).map(async (name) => {
    const queue = await hook.resolveConfigurationProperty(['functions', name, 'onError']);
    return queue === null || queue === undefined ? [] : [name];
  });
  return deadLetterUrls((await Promise.all(found)).flat());
}

export async function logRetentionInDays({ resolveVariable }: Hook): Promise<number> {
  return Number(await resolveVariable('param:logRetentionInDays'));
}

export async function deletionProtection({ resolveVariable }: Hook): Promise<boolean> {
  return String(await resolveVariable('param:deletionProtection')) === 'true';
}

/** The named one, or the one that the stack creates. */
export async function toolboxRepository(hook: Hook): Promise<string> {
  const named = String(await hook.resolveVariable('param:toolboxRepository'));
  return named === '' ? `${(await names(hook)).stack}/toolbox` : named;
}

/** `yes` when batuta.yml names the cluster that the stack would create. */
export async function ownCluster(hook: Hook): Promise<'yes' | 'no'> {
  const { clusters } = configurationValues(await config(hook));
  return clusters.includes((await names(hook)).stack) ? 'yes' : 'no';
}
