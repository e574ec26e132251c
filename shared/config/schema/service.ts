import { z } from 'zod';
import { parseTagPolicy } from '../tag-policy.ts';
import { duration, ecsName } from './common.ts';
import { section } from './section.ts';

/** Source: ECR API reference, CreateRepository `repositoryName`. */
const REPOSITORY = /^(?=.{2,256}$)([a-z0-9]+([._-]+[a-z0-9]+)*\/)*[a-z0-9]+([._-]+[a-z0-9]+)*$/;

const repository = z.string().refine((text) => REPOSITORY.test(text), {
  error: 'is no ECR repository name; write the name in your own registry without host and tag, such as shop/api',
});

const tags = z.string().superRefine((text, context) => {
  const parsed = parseTagPolicy(text);
  if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed });
});

const image = section(
  {
    repository: repository.meta({ description: "The ECR repository's name.", examples: ['shop/api'] }),
    tags: tags.meta({
      description: 'Which tags are deployed: one tag, `glob:main-*`, `regex:^v[0-9]+$`, `semver:>=1.0.0`, or `newest`.',
      examples: ['semver:>=1.0.0', 'glob:main-*', 'newest'],
    }),
  },
  ['exclude', 'registry', 'account', 'region'],
);

const FUTURE = [
  'before',
  'after',
  'hold',
  'mode',
  'drift',
  'promote',
  'exclude',
  'keepRevisions',
  'logTail',
  'scheduledTasks',
  'approval',
  'freeze',
  'scan',
  'pause',
];

export const service = section(
  {
    image: image.meta({ description: 'The image that is deployed to this service when it is pushed.' }),
    container: ecsName.optional().meta({
      description: 'The container to change; default: each one whose image is of this repository.',
      examples: ['api'],
    }),
    service: ecsName
      .optional()
      .meta({ description: "The ECS service's name, where it is not this key.", examples: ['shop-api'] }),
    cluster: ecsName
      .optional()
      .meta({ description: "The cluster's name; default: the top-level one.", examples: ['prod'] }),
    timeout: duration.default('30m').meta({
      description: 'How long a deployment may take from UpdateService until it is stable, such as 15m.',
    }),
    rollback: z
      .boolean()
      .default(true)
      .meta({ description: 'Go back to the last successful revision when a deployment fails.' }),
  },
  FUTURE,
);
