import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordStore } from '../../../shared/store/records.ts';
import { memoryTable } from '../../support/memory-table.ts';
import { aThing, keepingBus, thingsNow as now, thingKind } from '../../support/things.ts';

/** What one writer does, in turn; names tell the states apart. */
const writes = (name: string) =>
  fc
    .array(fc.constantFrom('state', 'note'), { maxLength: 4 })
    .map((kinds) => kinds.map((kind, at) => ({ kind, name: `${name}${at}` })));

test('two writers in any interleaving, with a bus that fails at times, lose no change and no event', async () => {
  const property = fc.asyncProperty(
    fc.scheduler(),
    writes('a'),
    writes('b'),
    fc.array(fc.boolean(), { maxLength: 12 }),
    async (scheduler, first, second, refusals) => {
      const table = memoryTable();
      const { bus, states } = keepingBus();
      const slow = {
        ...table,
        get: scheduler.scheduleFunction(table.get),
        put: scheduler.scheduleFunction(table.put),
      };
      const things = recordStore(slow, { put: scheduler.scheduleFunction(bus.put) }, thingKind, () => now);
      const quick = recordStore(table, bus, thingKind, () => now);
      await quick.create(aThing());
      let call = 0;
      bus.refuse = (events) => (refusals[call++] ? events.map((_, index) => index) : []);
      const write = async (all: typeof first) => {
        for (const { kind, name } of all)
          await things.update('a', (thing) => ({
            ...thing,
            history: [...thing.history, name],
            ...(kind === 'state' ? { state: name } : {}),
          }));
      };
      await scheduler.waitFor(Promise.all([write(first), write(second)]));
      bus.refuse = () => [];
      await quick.flush('a');
      const stored = await quick.get('a');
      const all = [...first, ...second];
      expect(stored?.value.history.toSorted()).toEqual(all.map(({ name }) => name).toSorted());
      const changes = all.filter(({ kind }) => kind === 'state').map(({ name }) => name);
      expect(new Set(states())).toEqual(new Set(['new', ...changes]));
      expect(stored?.outbox).toEqual({});
    },
  );
  await fc.assert(property, { numRuns: 200 });
});
