import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toInstant } from '../../../../shared/core/time.ts';
import { decideCleanUp, later, wantsCleanUp } from '../../../../shared/deploy/clean-up/decide-clean-up.ts';
import { newPointer } from '../../../../shared/deploy/pointer.ts';

const arn = (revision: number) => `arn:aws:ecs:us-east-1:123456789012:task-definition/shop-api:${revision}`;
const name = (revision: number) => `shop-api:${revision}`;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => name(index + 1));
const use = (...revisions: number[]) => new Set(revisions.map(name));
const now = toInstant(1_000_000);

test.each([
  ['no more than are kept: nothing goes', { revisions: upTo(3), keep: 3, used: use() }, [], true],
  ['one more than are kept: the oldest goes', { revisions: upTo(4), keep: 3, used: use() }, [1], true],
  ['used ones are not counted', { revisions: upTo(4), keep: 3, used: use(4) }, [], true],
  ['a used one stays however old it is', { revisions: upTo(6), keep: 3, used: use(1, 6) }, [2], true],
  ['no more go at once than there is room for', { revisions: upTo(9), keep: 1, used: use() }, [1, 2, 3], false],
])('%s', (_fact, facts, go, isLast) => {
  expect(decideCleanUp({ ...facts, most: 3 })).toEqual({ go: go.map(name), isLast });
});

test('whatever is used, no used one goes, the newest stay, and rounds come to an end', () => {
  fc.assert(
    fc.property(
      fc.nat(40),
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.nat(40)),
      fc.integer({ min: 1, max: 5 }),
      (count, keep, usedOnes, most) => {
        const used = use(...usedOnes);
        let revisions: readonly string[] = upTo(count);
        for (let round = 0; round <= count; round++) {
          const { go, isLast } = decideCleanUp({ revisions, keep, used, most });
          expect(go.length).toBeLessThanOrEqual(most);
          revisions = revisions.filter((one) => !go.includes(one));
          if (isLast) break;
        }
        const isUsed = (one: string) => used.has(one);
        const unused = upTo(count).filter((one) => !isUsed(one));
        expect(revisions).toEqual(upTo(count).filter((one) => isUsed(one) || unused.slice(-keep).includes(one)));
      },
    ),
  );
});

test('a look is worth its calls where more are left than are kept, the live one aside, and not again for hours', () => {
  const live = { taskDefinitionArn: arn(4), tag: '1', digest: 'd' };
  const pointer = { ...newPointer, revisions: upTo(4), lastSuccessful: live };
  expect(wantsCleanUp(newPointer, 1, now)).toBe(false);
  expect(wantsCleanUp(pointer, 3, now)).toBe(false);
  expect(wantsCleanUp(pointer, 2, now)).toBe(true);
  expect(wantsCleanUp(later(pointer, now), 2, toInstant(now + 3_600_000))).toBe(false);
  expect(wantsCleanUp(later(pointer, now), 2, toInstant(now + 24 * 3_600_000))).toBe(true);
});
