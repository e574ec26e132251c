import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { bundleFunctions } from '../../build/bundle.ts';
import { baselineBuildOptions } from '../../build/esbuild-options.ts';

/** A folder with handlers by function name and a batuta.yml. */
function project(handlers: Record<string, string>, configuration = 'cluster: prod\n') {
  // Inside the repository, so that the handlers find node_modules.
  const folder = mkdtempSync(join(tmpdir(), 'batuta-bundle-'));
  for (const [name, source] of Object.entries(handlers)) {
    const file = join(folder, 'functions', name, 'handler.ts');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, source);
  }
  writeFileSync(join(folder, 'batuta.yml'), configuration);
  return {
    outDir: join(folder, 'out'),
    configFile: join(folder, 'batuta.yml'),
    functionsDir: join(folder, 'functions'),
  };
}
const client = join(process.cwd(), 'node_modules/@aws-sdk/client-ecs/dist-es/index.js');

test('each function becomes one module, with the validated configuration inside', async () => {
  const source = "import config from 'batuta:config'; export const handler = (event: string) => [event, config.hash];";
  const [bundle, ...others] = await bundleFunctions(project({ one: source }));
  expect(others).toEqual([]);
  const { handler } = await import(pathToFileURL(bundle?.file ?? '').href);
  expect(handler('x')).toEqual(['x', expect.stringMatching(/^[0-9a-f]{64}$/)]);
  expect(bundle?.name).toBe('one');
  expect(bundle?.bytes).toBe(readFileSync(bundle?.file ?? '').length);
});

test('an SDK client takes its credentials from the environment and is small', async () => {
  const source = `import { ECSClient } from ${JSON.stringify(client)};
    export const handler = () => new ECSClient({ region: 'us-east-1' }).config.credentials();`;
  const [bundle] = await bundleFunctions(project({ one: source }));
  expect(bundle?.bytes).toBeLessThan(260_000);
  const { handler } = await import(pathToFileURL(bundle?.file ?? '').href);
  process.env.AWS_ACCESS_KEY_ID = 'a';
  process.env.AWS_SECRET_ACCESS_KEY = 'b';
  try {
    expect(await handler()).toMatchObject({ accessKeyId: 'a', secretAccessKey: 'b' });
  } finally {
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
  }
});

test('an SDK client is less than 0.3 of what esbuild makes of it by default', async () => {
  const source = `import { ECSClient, RunTaskCommand } from ${JSON.stringify(client)};
    export const handler = () => new ECSClient({}).send(new RunTaskCommand({ taskDefinition: 'x' }));`;
  const given = project({ one: source });
  const [small] = await bundleFunctions(given);
  const [usual] = await bundleFunctions({ ...given, buildOptions: baselineBuildOptions });
  expect((small?.bytes ?? 0) / (usual?.bytes ?? 1)).toBeLessThan(0.3);
});

test('a bad configuration fails the build with its own messages, once each', async () => {
  const source = "import config from 'batuta:config'; export const handler = () => config;";
  const building = bundleFunctions(project({ one: source, two: source }, 'clutser: prod\n'));
  await expect(building).rejects.toMatchObject({
    name: 'InvalidConfiguration',
    message: expect.stringMatching(/^\/.*\/batuta\.yml:1:1 .*$/),
  });
});

test("a handler that does not compile fails with esbuild's message", async () => {
  await expect(bundleFunctions(project({ one: "import './absent.ts';" }))).rejects.toThrow(
    'Could not resolve "./absent.ts"',
  );
});

test('errors of AWS arrive with their code and message, whether the bundle kept their class or not', async () => {
  const source = `import { ConflictException, ECSClient, RunTaskCommand } from ${JSON.stringify(client)};
    const answer = (code: string) => ({
      handle: async () => ({
        response: {
          statusCode: 400,
          headers: {},
          body: new TextEncoder().encode(JSON.stringify({ __type: code, message: 'as AWS says', resourceIds: ['a'] })),
        },
      }),
    });
    export async function handler(code: string) {
      const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
      const ecs = new ECSClient({ region: 'us-east-1', credentials, requestHandler: answer(code) });
      const error = await ecs.send(new RunTaskCommand({ taskDefinition: 'x' })).catch((caught) => caught);
      const { name, message, resourceIds } = error;
      return { name, message, resourceIds, isConflict: error instanceof ConflictException, status: error.$metadata.httpStatusCode };
    }`;
  const [bundle] = await bundleFunctions(project({ one: source }));
  expect(readFileSync(bundle?.file ?? '', 'utf8')).not.toContain('PlatformUnknownException');
  const { handler } = await import(pathToFileURL(bundle?.file ?? '').href);
  const said = { message: 'as AWS says', status: 400 };
  expect(await handler('ConflictException')).toMatchObject({
    ...said,
    name: 'ConflictException',
    isConflict: true,
    resourceIds: ['a'],
  });
  expect(await handler('PlatformUnknownException')).toMatchObject({
    ...said,
    name: 'PlatformUnknownException',
    isConflict: false,
  });
});
