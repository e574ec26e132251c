import { z } from 'zod';
import { delay, duration, ecsName, nonEmpty } from './common.ts';
import { serviceImage } from './image.ts';
import { section } from './section.ts';
import { drift, target, targetPlaces } from './target.ts';

const jobNames = z.array(nonEmpty).default([]);

const promote = section({
  to: nonEmpty.meta({ description: 'The key of the service that gets it.', examples: ['shop-api-prod'] }),
  after: delay.default('0m').meta({ description: 'How long after the success of this one.', examples: ['30m'] }),
  approval: z.boolean().default(false).meta({ description: 'A person has to approve it.' }),
});

/** Keys of the sections within, and of the whole file, that people write here. */
const PLACES = {
  ...targetPlaces,
  registries: 'image.registry',
  to: 'promote.to',
  pause: 'batuta pause NAME',
  rule: 'scheduledTasks',
  schedule: 'scheduledTasks',
};

export const service = section(
  {
    image: serviceImage.meta({ description: 'The image that is deployed to this service when it is pushed.' }),
    ...target,
    service: ecsName
      .optional()
      .meta({ description: "The ECS service's name, where it is not this key.", examples: ['shop-api'] }),
    cluster: ecsName
      .optional()
      .meta({ description: "The cluster's name; default: the top-level one.", examples: ['prod'] }),
    before: jobNames.meta({
      description: 'Jobs that run with the new image before the service is touched, one after the other.',
      examples: [['migrate']],
    }),
    after: jobNames.meta({
      description: 'Jobs that run once it is stable, one after the other; a failure rolls back.',
      examples: [['smoke-test']],
    }),
    timeout: duration.default('30m').meta({
      description: 'How long a deployment may take from UpdateService until it is stable, such as 15m.',
    }),
    alertAfter: duration.default('5m').meta({
      description: 'Tell when fewer tasks than desired have run for so long, such as 10m.',
    }),
    rollback: z
      .boolean()
      .default(true)
      .meta({ description: 'Go back to the last successful revision when a deployment fails.' }),
    promote: promote.optional().meta({
      description: 'The service that gets the same digest once it succeeded here.',
      examples: [{ to: 'shop-api-prod', after: '30m' }],
    }),
    drift: drift.optional().meta({
      description:
        'What to do when somebody else put another image in place: `tell`, or `restore` ours; default: the top-level one.',
      examples: ['restore'],
    }),
    logTail: z
      .boolean()
      .default(false)
      .meta({ description: 'Record the last log lines of tasks that died, with what looks like a secret taken out.' }),
  },
  ['sleep', 'wake'],
  PLACES,
);
