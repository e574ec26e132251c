import * as model from '@aws-sdk/client-ecs';
import { memberOf, type Ref, structureOf } from '../schema.ts';

const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;

function collect(ref: Ref, names: Set<string>): void {
  const { schema } = memberOf(ref);
  if (!Array.isArray(schema)) return;
  const [kind, , name] = schema as [number, string, string];
  if (kind === LIST) collect(schema[4] as Ref, names);
  else if (kind === MAP) collect(schema[5] as Ref, names);
  else if (kind === STRUCTURE && !names.has(name)) {
    names.add(name);
    for (const member of structureOf(ref).members) collect(member, names);
  }
}

/**
 * The structures of task definitions. ECS gets new members before an SDK knows them, and a task
 * definition comes back with them: the local one keeps whatever it is sent.
 */
export function taskDefinitionStructures(): ReadonlySet<string> {
  const names = new Set(['RegisterTaskDefinitionRequest']);
  collect(model.TaskDefinition$ as unknown as Ref, names);
  return names;
}
