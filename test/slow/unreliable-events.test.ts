import { expect, test } from 'vitest';
import type { EventEnvelope } from '../../local/cloud/events/envelope.ts';
import {
  announcedStates,
  behaveInScenarios,
  endingOf,
  endsOnce,
  type Scenario,
  scenarioNames,
  scenarios,
} from '../support/endings.ts';
import { randomFrom } from '../support/random.ts';
import { openShop, type Shop } from '../support/shop.ts';

/** What becomes of an event on its way to one target: when copies of it arrive, in seconds; none: it is lost. */
type Fate = (event: EventEnvelope, random: () => number) => number[];

const isAws = ({ source, 'detail-type': type }: EventEnvelope) => source !== 'batuta' && type !== 'Scheduled Event';
const minutes = (random: () => number) => random() * 180;
const fates: Readonly<Record<string, Fate>> = {
  'each event comes twice at once, and again later': (_event, random) => [0, 0, minutes(random)],
  'each event is late by up to three minutes': (_event, random) => [minutes(random)],
  'events overtake each other': (_event, random) => [random() * 5, ...(random() < 0.3 ? [random() * 30] : [])],
  'each event of AWS is ten minutes late': (event) => [isAws(event) ? 600 : 0],
  'no event of AWS comes, only the sweep': (event) => (isAws(event) ? [] : [0]),
};

const settledS = 15 * 60;

async function play(name: Scenario, fate: Fate) {
  const random = randomFrom(1);
  const events: EventEnvelope[] = [];
  let opened: Shop | undefined;
  const shop = await openShop({
    service: name !== 'a run',
    behave: behaveInScenarios,
    delivery(event, deliver) {
      events.push(event);
      if (!opened) return deliver();
      for (const seconds of fate(event, random)) {
        if (seconds === 0) deliver();
        else opened.clock.setTimer(Math.round(seconds * 1000), deliver);
      }
    },
  });
  opened = shop;
  await scenarios[name](shop);
  await shop.pass(settledS);
  const ending = await endingOf(shop);
  await shop.close();
  const states = announcedStates(events);
  expect(states.filter((each) => !endsOnce(each))).toEqual([]);
  expect(states.map((each) => each.at(-1))).toEqual(expect.arrayContaining(ending.records.map(({ state }) => state)));
  return ending;
}

test.each(scenarioNames)('%s ends the same, whatever becomes of events', async (name) => {
  const expected = await play(name, () => [0]);
  expect(expected.records).toHaveLength(1);
  expect(expected.left).toEqual([]);
  for (const [told, fate] of Object.entries(fates)) {
    const { news, ...rest } = await play(name, fate);
    const { news: _, ...wanted } = expected;
    expect(rest, told).toEqual(wanted);
    // No channel hears the same news twice, and none that is not true; what lasted a moment may go untold.
    expect(new Set(news).size, told).toBe(news.length);
    expect(expected.news, told).toEqual(expect.arrayContaining(news));
    expect(news, told).toContain(expected.news.at(-1));
  }
});
