import type { Config } from '../../shared/config/config.ts';
import { type ConfigPorts, loadConfig } from '../../shared/config/load.ts';
import { formatProblem } from '../../shared/config/problem.ts';

/** What every configuration of the tests begins with: two lines. */
export const PLACE = 'cluster: prod\nnetwork: { subnets: [subnet-1] }\n';

/** The problems as people read them, one per line, nothing where there is none. */
export function problemsOf(text: string, ports?: ConfigPorts): string[] {
  const loaded = loadConfig(text, 'batuta.yml', ports);
  return loaded.ok ? [] : loaded.problems.map(formatProblem);
}

/** The configuration of a text that must be right. */
export function configOf(text: string): Config {
  const loaded = loadConfig(text, 'batuta.yml');
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.config;
}
