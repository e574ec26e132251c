import { z } from 'zod';
import { SSM_PATH } from '../secret-name.ts';
import { localService } from './local-service.ts';
import { choice, section } from './section.ts';

const parameterName = z
  .string()
  .regex(SSM_PATH, { error: 'is no parameter name; write one such as /shop/db/password' });

/** Source: Secrets Manager API reference, CreateSecret `Name`. */
const secretName = z.string().regex(/^[\w/+=.@-]{1,512}$/, {
  error: 'is no name for a secret; write letters, digits and /_+=.@-',
});

const imageName = z.string().regex(/^[a-z0-9][a-z0-9._/-]*:\w[\w.-]{0,127}$/, {
  error: 'is no image name; write repository:tag, such as shop/api:1.0.0',
});

const parameter = z.union([
  z.string(),
  section({
    value: z.string().meta({ description: 'Its value on this machine.' }),
    type: choice(['String', 'SecureString']).default('String').meta({ description: 'As in SSM.' }),
  }),
]);

/** The shape of batuta.local.yml. */
export const batutaLocalYaml = section({
  parameters: z
    .record(parameterName, parameter)
    .default({})
    .meta({ description: 'SSM parameters: name → value, or `{ value, type: SecureString }`.' }),
  secrets: z.record(secretName, z.string()).default({}).meta({ description: 'Secrets Manager secrets: name → value.' }),
  images: z
    .record(imageName, z.string())
    .default({})
    .meta({ description: "Images pushed at the start: `repository:tag` → directory, relative to this file's." }),
  services: z
    .record(z.string(), localService)
    .default({})
    .meta({ description: "ECS services, by the service's name." }),
});

export type BatutaLocalYaml = z.output<typeof batutaLocalYaml>;
