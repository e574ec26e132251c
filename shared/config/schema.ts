import { z } from 'zod';
import { defaultPrices } from './prices.ts';
import { channel } from './schema/channel.ts';
import { atOnce, ecsName, nameKey, roleArn } from './schema/common.ts';
import { freeze, freezeMeta } from './schema/hold.ts';
import { registry } from './schema/image.ts';
import { job } from './schema/job.ts';
import { network } from './schema/network.ts';
import { prices } from './schema/prices.ts';
import { route } from './schema/route.ts';
import { scheduledTask } from './schema/scheduled-task.ts';
import { section } from './schema/section.ts';
import { service } from './schema/service.ts';
import { drift, keepRevisions, mode } from './schema/target.ts';

const FUTURE = ['environments', 'silences', 'sleep', 'wake'];

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
          'Task and execution roles of the services and scheduled tasks, and the roles of the rules and schedules that run those: the only ones besides our own that Batuta may pass on.',
        examples: [['arn:aws:iam::123456789012:role/shop-api-task']],
      }),
    taskRoles: z
      .array(roleArn)
      .default([])
      .meta({
        description: 'The only roles that jobs may name as their `taskRole`.',
        examples: [['arn:aws:iam::123456789012:role/shop-backup']],
      }),
    maxParallel: atOnce
      .optional()
      .meta({ description: 'How many runs of all jobs go on at once; default: any number.', examples: [50] }),
    groups: z
      .record(
        nameKey,
        section({
          maxParallel: atOnce.meta({ description: 'How many runs of its jobs go on at once.', examples: [2] }),
        }).meta({ description: 'One group.' }),
      )
      .default({})
      .meta({
        description: 'Limits that jobs share, each job by its `group`.',
        examples: [{ db: { maxParallel: 2 } }],
      }),
    prices: prices.optional().meta({
      description: "What estimates are made with; default: Fargate's on Linux in us-east-1.",
      examples: [{ x86: defaultPrices.x86 }],
    }),
    registries: z
      .array(registry)
      .default([])
      .meta({
        description: 'ECR registries of other accounts or regions that services may use; our own needs no mention.',
        examples: [['123456789012.dkr.ecr.eu-west-1.amazonaws.com']],
      }),
    mode: mode.default('live').meta({
      description: '`observe`: everything is decided, recorded and told, nothing is touched.',
      examples: ['observe'],
    }),
    drift: drift.default('tell').meta({
      description: 'What to do when somebody else put another image in place: `tell`, or `restore` ours.',
      examples: ['restore'],
    }),
    keepRevisions: keepRevisions.default(10).meta({
      description: 'How many unused task definition revisions of ours stay ACTIVE, of each service.',
      examples: [10],
    }),
    freeze: freeze.default([]).meta(freezeMeta('For everything that has none of its own')),
    services: z
      .record(nameKey, service.meta({ description: 'One ECS service.' }))
      .default({})
      .meta({ description: 'ECS services that get new images.' }),
    scheduledTasks: z
      .record(nameKey, scheduledTask.meta({ description: 'One rule or schedule that runs a task.' }))
      .default({})
      .meta({ description: "Tasks that somebody else's EventBridge rules or Scheduler schedules run." }),
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
      .meta({ description: 'Which news goes to which channel: the first route that matches takes it.' }),
  },
  FUTURE,
  {
    hold: 'services.NAME.hold',
    approval: 'services.NAME.hold.approval',
    scan: 'services.NAME.hold.scan',
    registry: 'registries',
    group: 'groups',
    taskRole: 'jobs.NAME.taskRole',
    retry: 'jobs.NAME.retry',
    retries: 'jobs.NAME.retry.attempts',
    timeout: 'jobs.NAME.timeout',
    overlap: 'jobs.NAME.overlap',
    schedule: 'jobs.NAME.schedule',
    schedules: 'jobs.NAME.schedules',
    params: 'jobs.NAME.params',
    secrets: 'jobs.NAME.secrets',
    digest: 'routes[].digest',
    mute: 'routes[].mute',
    mentions: 'routes[].mentions',
    repeat: 'routes[].repeat',
  },
).meta({ title: 'batuta.yml', description: "Batuta's configuration: services, jobs, channels and routes." });

export type BatutaYaml = z.output<typeof batutaYaml>;

type DeepPartial<T> = T extends readonly (infer Item)[]
  ? (DeepPartial<Item> | undefined)[]
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> | undefined }
    : T;

/** What is left of a file once everything of a wrong shape is taken out. */
export type Draft = DeepPartial<z.input<typeof batutaYaml>>;
