import { z } from 'zod';
import { parseFreezeWindow } from '../freeze-window.ts';
import { duration, parsed } from './common.ts';
import { choice, section } from './section.ts';

export const APPROVAL = { expires: '7d' };
export const SCAN = { tellAfter: '30m', expires: '1d' };

export const freeze = z.array(parsed(parseFreezeWindow));
const FREEZE_EXAMPLES = [['Fri 18:00 - Mon 08:00 Europe/Lisbon', 'Sat - Sun']];
export const freezeMeta = (whose: string) => ({
  description: `${whose}: weekly windows in which no rollout begins, day and time in an IANA zone (default UTC).`,
  examples: FREEZE_EXAMPLES,
});

const approval = section({
  expires: duration.default(APPROVAL.expires).meta({
    description: 'How long it waits; after that the deployment ends.',
    examples: ['2d'],
  }),
});

const severity = choice(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']);
const scan = section({
  severity: severity.meta({ description: 'Findings of this severity or above refuse the image.', examples: ['HIGH'] }),
  tellAfter: duration
    .default(SCAN.tellAfter)
    .meta({ description: 'How long it waits for the result until it is told that none came.' }),
  expires: duration
    .default(SCAN.expires)
    .meta({ description: 'How long it waits in all; after that the deployment ends.' }),
});

export const hold = section({
  approval: z
    .union([approval, z.boolean()])
    .default(false)
    .meta({
      description: 'A person has to approve each deployment: true, or how long it waits.',
      examples: [true, { expires: '2d' }],
    }),
  scan: z
    .union([scan, severity])
    .optional()
    .meta({
      description: "Waits for ECR's scan of the image and refuses findings of this severity or above.",
      examples: ['HIGH', { severity: 'CRITICAL', tellAfter: '1h' }],
    }),
  freeze: freeze.optional().meta(freezeMeta('Instead of the top-level `freeze`')),
});

export type HoldYaml = z.output<typeof hold>;
