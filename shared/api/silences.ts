import { BadRequest } from '../core/errors.ts';
import { type Instant, iso, plus } from '../core/time.ts';
import type { Silence, Silences } from '../notify/routes/silence.ts';
import type { Api, ApiDeps } from './app.ts';
import { readUntil } from './read-pause.ts';
import { readWhen } from './read-when.ts';
import { onceByKey } from './repeats.ts';
import { hashOf, idempotencyKeyOf, readObject, refuseUnknownFields } from './request.ts';
import { textField, wrongField } from './ship.ts';

export interface SilenceDeps extends ApiDeps {
  silences: Silences;
}

const silenceView = ({ id, matchers, until, by, why, createdAt }: Silence) => ({
  id,
  when: matchers,
  until: iso(until),
  by,
  why,
  createdAt: iso(createdAt),
});
export type SilenceView = ReturnType<typeof silenceView>;

const known = ['when', 'until', 'for', 'why'] as const;
const longestMs = 90 * 86_400_000;

function readEnd(body: Record<string, unknown>, now: Instant): Instant {
  const until = readUntil(body, now);
  if (until === undefined) throw wrongField('for', 'is needed, or until: a silence has an end; write for example 2h');
  if (until <= plus(now, longestMs)) return until;
  const field = body.until === undefined ? 'for' : 'until';
  throw wrongField(
    field,
    'must end within 90 days; what nobody is to hear for good, the routes of batuta.yml leave out',
  );
}

/** @throws BadRequest 422 */
function readSilence(body: Record<string, unknown>, by: string, { config, now }: ApiDeps) {
  refuseUnknownFields(body, known);
  const matchers = readWhen(body.when, config);
  const until = readEnd(body, now());
  const why = textField(body, 'why');
  if (why === undefined) throw wrongField('why', 'is needed: who sees the silence later wants to know');
  return { matchers, until, by, why };
}

/** Adds the routes of silences: nothing new is told of what they match, until they end. */
export function addSilenceRoutes(api: Api, deps: SilenceDeps): void {
  const { silences } = deps;
  api.get('/api/silences', async (context) => context.json({ silences: (await silences.list()).map(silenceView) }));
  api.post('/api/silences', async (context) => {
    const caller = context.get('caller').id;
    const body = await readObject(context.req.raw);
    const given = readSilence(body, caller, deps);
    const requestHash = await hashOf(known.map((field) => body[field]));
    const repeatable = { caller, route: 'silence', key: idempotencyKeyOf(context.req.raw), requestHash };
    const make = async () => ({ silence: silenceView(await silences.create(given)) });
    return context.json(await onceByKey({ ...deps.stores, now: deps.now }, repeatable, make), 201);
  });
  api.delete('/api/silences/:id', async (context) => {
    const id = context.req.param('id');
    if (await silences.remove(id)) return context.json({ id, removed: true });
    throw new BadRequest(404, `There is no silence ${id}, or it has ended; batuta silences lists them`);
  });
}
