import { z } from 'zod';
import { jobDefaults } from '../job-defaults.ts';
import { isSecretName } from '../secret-name.ts';
import { capacity, capacityMeta } from './capacity.ts';
import { atOnce, duration, ecsName, environmentVariable, nameKey, nonEmpty, roleArn, whole } from './common.ts';
import { image } from './image.ts';
import { jobPlaces } from './job-places.ts';
import { network } from './network.ts';
import { nextJobs } from './next-job.ts';
import { param, paramName } from './param.ts';
import { retry } from './retry.ts';
import { schedule } from './schedule.ts';
import { choice, section } from './section.ts';

const secret = z.string().refine(isSecretName, {
  error:
    "looks like a value, not a name; write an SSM parameter's name such as /shop/db/password, or the ARN of a parameter or of a Secrets Manager secret, and change the value if it was a real one",
});

const script = z.string().regex(/^[A-Za-z0-9_][\w.-]*\.(sh|py|js|ts|mjs)$/, {
  error: "is no script's name; write a plain file name that ends in .sh, .py, .js, .ts or .mjs, without a folder",
});

const imageName = z.string().regex(/^(toolbox|[a-z0-9][\w./-]*(:\d+\/[\w./-]+)?(:[\w.-]+|@sha256:[0-9a-f]{64}))$/, {
  error: 'is no image; write toolbox, repository:tag, or a full image URI with its tag or digest',
});

const NO_EXPECTATION = { error: 'is no time between two successes; write for example 24h, or every 24h' };
const expect = z.string(NO_EXPECTATION).regex(/^(every )?[1-9]\d{0,5}[smhd]$/, NO_EXPECTATION);

const storage = z
  .int()
  .min(21, { error: 'is not possible on Fargate; write 21 to 200, or remove it for 20' })
  .max(200, { error: 'is more than Fargate has; write 21 to 200' });

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
        description:
          'Arguments after the script or command; `{{name}}` stands for a parameter and stays one argument, `{{...list}}` alone in an argument becomes one for each of a list.',
        examples: [['--database', '{{database}}'], ['{{...files}}']],
      }),
    params: z
      .record(paramName, param.meta({ description: 'One parameter.' }))
      .default({})
      .meta({ description: 'What a caller may say; each also reaches the script as PARAM_NAME, a list as JSON.' }),
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
    storage: storage.optional().meta({ description: 'GiB of ephemeral storage; default: 20.', examples: [50] }),
    architecture: choice(['x86_64', 'arm64'])
      .default('x86_64')
      .meta({ description: 'What its image is built for.', examples: ['arm64'] }),
    capacity: capacity.optional().meta(capacityMeta),
    taskRole: roleArn.optional().meta({
      description:
        "The role that its own code has, one of the top-level `taskRoles`; default: the stack's, which may do nothing.",
      examples: ['arn:aws:iam::123456789012:role/shop-backup'],
    }),
    schedule: schedule.optional().meta({
      description: 'When it runs by itself: one of cron, rate and at.',
      examples: [{ cron: '0 3 * * ? *' }],
    }),
    schedules: z
      .record(nameKey, schedule.meta({ description: 'One schedule.' }))
      .optional()
      .meta({
        description: 'Several schedules by name, each with parameters of its own, instead of `schedule`.',
        examples: [{ nightly: { cron: '0 3 * * ? *' } }],
      }),
    timeout: duration.default('1h').meta({
      description: 'How long a run may take from its first launch, waits between attempts included, such as 2h.',
    }),
    attemptTimeout: duration
      .optional()
      .meta({ description: 'How long each attempt may take from its launch.', examples: ['30m'] }),
    queueTimeout: duration
      .optional()
      .meta({ description: 'How long a run may wait for its first launch.', examples: ['1h'] }),
    stopTimeout: duration.default('30s').meta({
      description: 'How long the script has after SIGTERM until SIGKILL, on Fargate at most 120s.',
    }),
    overlap: choice(['allow', 'skip', 'queue', 'replace'])
      .optional()
      .meta({
        description:
          'What becomes of a run while others of the job are under way: it starts too, is skipped, waits, or stops the oldest first; default: allow, with `maxParallel` queue.',
        examples: ['queue'],
      }),
    maxParallel: atOnce.optional().meta({
      description: 'How many runs of it go on at once; default: 1, with `overlap: allow` any number.',
      examples: [1],
    }),
    queueLimit: whole(1, 1000)
      .default(jobDefaults.queueLimit)
      .meta({ description: 'How many wait at most; more are skipped.' }),
    group: nonEmpty
      .optional()
      .meta({ description: 'One of the top-level `groups`, in whose limit its runs count too.', examples: ['db'] }),
    priority: whole(-100, 100)
      .default(jobDefaults.priority)
      .meta({ description: 'Who waits with a higher one goes first.' }),
    retry: retry.optional().meta({
      description: 'Try again after a failure, in the same run.',
      examples: [{ attempts: 3 }, { attempts: 5, on: ['spot', 'exit:75'], backoff: '30s' }],
    }),
    expect: expect.optional().meta({
      description: "A dead man's switch: it is told when no run has succeeded for so long.",
      examples: ['24h', 'every 24h'],
    }),
    // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml, a list and never a function
    then: nextJobs('a success'),
    onFailure: nextJobs('a failure, once no attempt is left'),
    cluster: ecsName
      .optional()
      .meta({ description: "The cluster's name; default: the top-level one.", examples: ['prod'] }),
    network: network.optional().meta({ description: 'Where its tasks run; default: the top-level network.' }),
  },
  [],
  jobPlaces,
);

export type JobYaml = z.output<typeof job>;

/** `every 24h` → `24h` */
export const expectedEvery = (text: string): string => text.replace(/^every /, '');
