import { z } from 'zod';
import { ecsName } from './common.ts';
import { hold } from './hold.ts';
import { choice } from './section.ts';

export const mode = choice(['live', 'observe']);
export const drift = choice(['tell', 'restore']);
export const keepRevisions = z.int().min(1, { error: 'is too few; write 1 or more' });

/** What services and scheduled tasks have in common, apart from the image. */
export const target = {
  container: ecsName.optional().meta({
    description: 'The container to change; default: each one whose image is of this repository.',
    examples: ['api'],
  }),
  hold: hold.optional().meta({
    description: 'What a deployment waits for before it touches anything.',
    examples: [{ approval: true, scan: 'HIGH', freeze: ['Fri 18:00 - Mon 08:00 Europe/Lisbon'] }],
  }),
  mode: mode.optional().meta({
    description: '`observe`: decide, record and tell, touch nothing; default: the top-level one.',
    examples: ['observe'],
  }),
  keepRevisions: keepRevisions.optional().meta({
    description: 'How many unused revisions of ours stay ACTIVE; default: the top-level one.',
    examples: [10],
  }),
};

/** Keys of the sections within that people write beside them. */
export const targetPlaces = {
  approval: 'hold.approval',
  freeze: 'hold.freeze',
  scan: 'hold.scan',
  repository: 'image.repository',
  registry: 'image.registry',
  tags: 'image.tags',
  exclude: 'image.exclude',
};
