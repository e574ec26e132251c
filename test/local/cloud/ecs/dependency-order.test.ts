import {
  CreateClusterCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import type { Engine } from '../../../../local/cloud/service.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

interface Box {
  /** Indices of containers before this one. */
  needs: number[];
  stubborn: boolean;
}

/** Containers that depend only on earlier ones, so that there is no cycle; listed in any order. */
const boxes: fc.Arbitrary<Box[]> = fc
  .array(fc.record({ seeds: fc.array(fc.nat(), { maxLength: 3 }), stubborn: fc.boolean() }), {
    minLength: 2,
    maxLength: 6,
  })
  .map((all) =>
    all.map(({ seeds, stubborn }, index) => ({
      needs: index === 0 ? [] : [...new Set(seeds.map((seed) => seed % index))],
      stubborn,
    })),
  );

/** The names of containers in the order of their ends. */
function noteEnds(engine: Engine): string[] {
  const ended: string[] = [];
  const start = engine.start;
  engine.start = async (spec, on) => {
    const running = await start(spec, on);
    void running.exited.then(() => ended.push(spec.name));
    return running;
  };
  return ended;
}

async function startAndStop(all: Box[]) {
  const clock = virtualClock();
  const stubborn = (name: string) => all[Number(name.slice(1))]?.stubborn === true;
  const engine = createFakeEngine(clock, ({ name }) => ({ ignoresSigterm: stubborn(name) }));
  const ended = noteEnds(engine);
  const { client } = localEcs({ clock, engine });
  await client.send(new CreateClusterCommand({}));
  const containerDefinitions = all.map(({ needs }, index) => ({
    name: `c${index}`,
    image: 'app:1',
    essential: true,
    stopTimeout: 5,
    dependsOn: needs.map((need) => ({ containerName: `c${need}`, condition: 'START' as const })),
  }));
  const definition = fargateDefinition('', {}, { containerDefinitions: containerDefinitions.reverse() });
  await client.send(new RegisterTaskDefinitionCommand(definition));
  const { tasks } = await client.send(new RunTaskCommand({ taskDefinition: 'app', ...FARGATE }));
  await clock.advance(1000);
  await client.send(new StopTaskCommand({ task: tasks?.[0]?.taskArn }));
  await clock.advance(60_000);
  return { started: engine.started.map(({ name }) => name), ended };
}

test('whatever depends on whatever, dependencies start before and end after their dependents', async () => {
  await fc.assert(
    fc.asyncProperty(boxes, async (all) => {
      const { started, ended } = await startAndStop(all);
      expect(started.length).toBe(all.length);
      expect(ended.length).toBe(all.length);
      for (const [index, { needs }] of all.entries())
        for (const need of needs) {
          expect(started.indexOf(`c${need}`)).toBeLessThan(started.indexOf(`c${index}`));
          expect(ended.indexOf(`c${need}`)).toBeGreaterThan(ended.indexOf(`c${index}`));
        }
    }),
    { numRuns: 40 },
  );
});
