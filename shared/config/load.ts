import { adviceOn } from './advice.ts';
import { runChecks } from './checks.ts';
import type { Config } from './config.ts';
import type { Problem } from './problem.ts';
import { readChecked } from './read-checked.ts';
import { resolveConfig } from './resolve.ts';
import { batutaYaml, type Draft } from './schema.ts';

export interface ConfigPorts {
  /** File names in containers/toolbox/scripts; without it, scripts are not looked for. */
  toolboxScripts?: readonly string[];
}

/** `warnings`: what is possible, and hardly meant. */
export type LoadedConfig = { ok: true; config: Config; warnings: Problem[] } | { ok: false; problems: Problem[] };

/** Reads and checks the text of batuta.yml; `fileName` is for the messages. Never throws for what the text says. */
export function loadConfig(text: string, fileName: string, ports: ConfigPorts = {}): LoadedConfig {
  const checked = readChecked(batutaYaml, text, fileName, (draft, given) =>
    // What is left after everything of a wrong shape was taken out is a Draft.
    runChecks({ draft: draft as Draft, given, toolboxScripts: ports.toolboxScripts }),
  );
  if (!checked.ok) return checked;
  const config = resolveConfig(checked.value);
  return { ok: true, config, warnings: adviceOn(config).map(checked.problemOf) };
}
