import { z } from 'zod';
import { image } from './image.ts';
import { section } from './section.ts';
import { target, targetPlaces } from './target.ts';

/** Sources: EventBridge API reference, PutRule `Name` and `EventBusName`; Scheduler's, CreateSchedule `Name` and `GroupName`. */
const name64 = z.string().regex(/^[\w.-]{1,64}$/, {
  error: 'is no name of EventBridge; write letters, digits, `.`, `-` and `_`, at most 64, not an ARN',
});
const busName = z.string().regex(/^[\w./-]{1,256}$/, {
  error: "is no event bus's name; write letters, digits, `.`, `-`, `_` and `/`, at most 256, not an ARN",
});

/** Exactly one of rule and schedule: checked in checks/scheduled-tasks.ts, which can say more about it. */
export const scheduledTask = section(
  {
    image: image.meta({ description: 'The image that its task definition gets when it is pushed.' }),
    ...target,
    rule: name64.optional().meta({
      description: 'The EventBridge rule that runs it; each of its ECS targets is moved on.',
      examples: ['nightly-report'],
    }),
    bus: busName.optional().meta({ description: "The rule's event bus; default: `default`.", examples: ['default'] }),
    schedule: name64
      .optional()
      .meta({ description: 'The EventBridge Scheduler schedule that runs it.', examples: ['nightly-report'] }),
    group: name64.optional().meta({ description: "The schedule's group; default: `default`.", examples: ['default'] }),
  },
  [],
  targetPlaces,
);
