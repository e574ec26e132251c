import { z } from 'zod';
import { durationMs } from '../duration.ts';
import { duration, ecsName, environmentVariable, SSM_PATH } from './common.ts';
import { image } from './image.ts';
import { network } from './network.ts';
import { param, paramName } from './param.ts';
import { schedule } from './schedule.ts';
import { section } from './section.ts';

const SSM_ARN = /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/[\w./-]+$/;
const SECRETS_MANAGER_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+(:[^:]*){0,3}$/;
const SECRET_NAMES = [SSM_PATH, SSM_ARN, SECRETS_MANAGER_ARN];

const secret = z.string().refine((text) => SECRET_NAMES.some((pattern) => pattern.test(text)), {
  error:
    "looks like a value, not a name; write an SSM parameter's name such as /shop/db/password, or the ARN of a parameter or of a Secrets Manager secret, and change the value if it was a real one",
});

const script = z.string().regex(/^[A-Za-z0-9_][\w.-]*\.(sh|py|js|ts|mjs)$/, {
  error: "is no script's name; write a plain file name that ends in .sh, .py, .js, .ts or .mjs, without a folder",
});

const imageName = z.string().regex(/^(toolbox|[a-z0-9][\w./-]*(:\d+\/[\w./-]+)?(:[\w.-]+|@sha256:[0-9a-f]{64}))$/, {
  error: 'is no image; write toolbox, repository:tag, or a full image URI with its tag or digest',
});

/** Fargate's limit, source: ECS API reference, ContainerDefinition `stopTimeout`. */
const stopTimeout = duration.refine((text) => durationMs(text) <= 120_000, {
  error: 'is longer than Fargate allows; write at most 120s',
});

const FUTURE = [
  ...['overlap', 'retry', 'capacity', 'then', 'onFailure', 'group', 'maxParallel', 'expect', 'items', 'schedules'],
  ...['priority', 'failFast', 'grace', 'catchUp', 'ephemeralStorage', 'storage', 'architecture', 'taskRole'],
  ...['attemptTimeout', 'queueTimeout', 'logTail'],
];

export const job = section(
  {
    image: z
      .union([image, imageName])
      .default('toolbox')
      .meta({
        description:
          'toolbox, or `repository:tag` of your registry, or a full image URI; or a repository and the tags of which each run takes the newest.',
        examples: ['toolbox', 'shop/tools:1.4', { repository: 'shop/tools', tags: 'semver:>=1.0.0' }],
      }),
    script: script.optional().meta({
      description: "A file of the toolbox's scripts folder; its ending says how it is run. Either this or `command`.",
      examples: ['db-backup.sh'],
    }),
    command: z
      .array(z.string())
      .min(1, { error: 'is an empty list; write the program and its arguments' })
      .optional()
      .meta({
        description: "The container's command as a list, no shell in between.",
        examples: [['node', 'main.js']],
      }),
    args: z
      .array(z.string())
      .default([])
      .meta({
        description: 'Arguments after the script or command; `{{name}}` stands for a parameter and stays one argument.',
        examples: [['--database', '{{database}}']],
      }),
    params: z
      .record(paramName, param.meta({ description: 'One parameter.' }))
      .default({})
      .meta({ description: 'What a caller may say; each also reaches the script as PARAM_NAME.' }),
    secrets: z
      .record(environmentVariable, secret)
      .default({})
      .meta({
        description:
          "Environment variable: the SSM parameter's name, or an ARN of SSM or Secrets Manager. Never a value.",
        examples: [{ DB_PASSWORD: '/shop/db/password' }],
      }),
    cpu: z
      .int()
      .default(256)
      .meta({ description: 'CPU units, 1024 are one vCPU.', examples: [256, 512, 1024] }),
    memory: z
      .int()
      .default(512)
      .meta({ description: 'MiB; Fargate allows a few sizes for each cpu.', examples: [512, 1024] }),
    schedule: schedule.optional().meta({
      description: 'When it runs by itself: one of cron, rate and at.',
      examples: [{ cron: '0 3 * * ? *' }],
    }),
    timeout: duration.default('1h').meta({ description: 'How long a run may take from its launch, such as 2h.' }),
    stopTimeout: stopTimeout
      .default('30s')
      .meta({ description: 'How long the script has after SIGTERM until SIGKILL, at most 120s.' }),
    cluster: ecsName
      .optional()
      .meta({ description: "The cluster's name; default: the top-level one.", examples: ['prod'] }),
    network: network.optional().meta({ description: 'Where its tasks run; default: the top-level network.' }),
  },
  FUTURE,
);
