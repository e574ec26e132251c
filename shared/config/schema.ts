import { z } from 'zod';
import { channel } from './schema/channel.ts';
import { ecsName, nameKey } from './schema/common.ts';
import { job } from './schema/job.ts';
import { network } from './schema/network.ts';
import { route } from './schema/route.ts';
import { section } from './schema/section.ts';
import { service } from './schema/service.ts';

const roleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, {
  error: "is no role's ARN; write one such as arn:aws:iam::123456789012:role/shop-api-task",
});

const FUTURE = [
  ...['environments', 'mode', 'keepRevisions', 'registries', 'silences', 'prices', 'digest', 'mute', 'repeat'],
  ...['groups', 'maxParallel', 'taskRoles', 'drift', 'freeze'],
];

/** The shape of batuta.yml. What needs two places at once to judge is in checks.ts. */
export const batutaYaml = section(
  {
    cluster: ecsName
      .optional()
      .meta({ description: 'The ECS cluster of all services and jobs that name none.', examples: ['prod'] }),
    network: network.optional().meta({ description: "Where jobs' tasks run." }),
    passRoles: z
      .array(roleArn)
      .default([])
      .meta({
        description:
          'Task and execution roles of the services: the only ones besides our own that Batuta may pass to ECS.',
        examples: [['arn:aws:iam::123456789012:role/shop-api-task']],
      }),
    services: z
      .record(nameKey, service.meta({ description: 'One ECS service.' }))
      .default({})
      .meta({ description: 'ECS services that get new images.' }),
    jobs: z
      .record(nameKey, job.meta({ description: 'One job.' }))
      .default({})
      .meta({ description: 'Scripts with parameters, secrets, size and schedule.' }),
    channels: z
      .record(nameKey, channel.meta({ description: 'One channel.' }))
      .default({})
      .meta({ description: 'Where news goes.' }),
    routes: z
      .array(route)
      .default([])
      .meta({ description: 'Which news goes to which channel; all that match get it.' }),
  },
  FUTURE,
).meta({ title: 'batuta.yml', description: "Batuta's configuration: services, jobs, channels and routes." });

export type BatutaYaml = z.output<typeof batutaYaml>;

type DeepPartial<T> = T extends readonly (infer Item)[]
  ? (DeepPartial<Item> | undefined)[]
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> | undefined }
    : T;

/** What is left of a file once everything of a wrong shape is taken out. */
export type Draft = DeepPartial<z.input<typeof batutaYaml>>;
