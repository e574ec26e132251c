import type { ParamConfig } from './config.ts';
import { present } from './records.ts';
import type { ParamYaml } from './schema/param.ts';

export function resolveParam(param: ParamYaml): ParamConfig {
  const { type, items, enum: allowed, pattern, min, max, default: value, required, secret, description } = param;
  return {
    type: type === 'enum' ? 'string' : type,
    required: value === undefined && required !== false,
    ...present({
      ...{ enum: allowed, pattern, min, max, default: value, description },
      items: type === 'list' ? (items ?? 'string') : undefined,
      secret: secret || undefined,
    }),
  };
}
