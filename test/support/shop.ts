import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { httpApiEvent } from '../../local/lambda/http-api/event.ts';
import { seed } from '../../local/seed.ts';
import { createToken, type Role } from '../../shared/api/tokens.ts';
import type { AwsConnection } from '../../shared/aws/connection.ts';
import type { LocalConfig } from '../../shared/config/local-config.ts';
import { toInstant } from '../../shared/core/time.ts';
import { dynamoTable } from '../../shared/store/table.ts';
import { type SystemOptions, startTestSystem } from './system.ts';

const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';

/** What is secret here: the job's password, and a channel's address that is a credential. */
export const secretMarkers = {
  '/shop/db/password': 'correct horse battery staple',
  '/team/url': 'https://hooks.example.com/team/zanzibar-address',
};

/** Image folders that differ by their name: the fake engine finds its behaviour by a line in image.json. */
function imageFolder(root: string, name: string): string {
  const folder = join(root, name.replaceAll(/[^\w.-]/g, '_'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'image.json'), JSON.stringify({ command: [name], port: 8080 }));
  return folder;
}

async function ensureRepository(aws: AwsConnection, name: string): Promise<void> {
  const [, registryId, region, repository] = /^(\d+)\.dkr\.ecr\.([^.]+)\.[^/]+\/(.+)$/.exec(name) ?? [];
  const ecr = new ECRClient({ ...aws, ...(region ? { region } : {}) });
  const input = { repositoryName: repository ?? name, ...(registryId ? { registryId } : {}) };
  await ecr.send(new CreateRepositoryCommand(input)).catch((error: Error) => {
    if (error.name !== 'RepositoryAlreadyExistsException') throw error;
  });
}

/** As batuta.local.yml would have it. */
const shopService: LocalConfig['services'][string] = {
  image: 'shop/api:1.0.0',
  desiredCount: 2,
  cluster: 'prod',
  container: 'api',
  cpu: 256,
  memoryMiB: 512,
  environment: {},
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  circuitBreaker: { enable: false, rollback: false },
};

export interface ShopOptions extends SystemOptions {
  /** Without the service, when only jobs matter. */
  service?: boolean;
  /** Makes the service shop-api in its own way, of this image, in place of the usual one. */
  create?: (aws: AwsConnection, image: string) => Promise<void>;
  /** More services that run the same image. */
  more?: readonly string[];
}

/** What an image's containers do is told by the image's command: `shop-api:1.2.0-crash`. */
export const nameOfImage = (spec: { image: { manifest: { command?: string[] } } }) =>
  spec.image.manifest.command?.[0] ?? '';

/** The test system with a cluster, a secret, the toolbox's image and, running, shop-api 1.0.0. */
export async function openShop({ service = true, create, more = [], ...options }: ShopOptions = {}) {
  const root = mkdtempSync(join(tmpdir(), 'batuta-test-'));
  const behave = options.behave ?? ((spec) => (nameOfImage(spec).startsWith('shop-api') ? {} : { runMs: 3000 }));
  const system = await startTestSystem(join(root, 'store'), { ...options, behave });
  const local: LocalConfig = {
    parameters: Object.fromEntries(
      Object.entries(secretMarkers).map(([name, value]) => [name, { value, type: 'SecureString' as const }]),
    ),
    secrets: {},
    images: service ? { 'shop/api:1.0.0': imageFolder(root, 'shop-api:1.0.0') } : {},
    services:
      service && !create
        ? {
            ...Object.fromEntries(['shop-api', ...more].map((name) => [name, shopService])),
          }
        : {},
  };
  await seed(system.config, local, { aws: system.aws, ecr: system.cloud.ecr, registry: REGISTRY, region: 'us-east-1' });
  await create?.(system.aws, `${REGISTRY}/shop/api:1.0.0`);
  await system.pass(10);
  await system.deploy();
  const toolbox = system.stack.functions['launch-runs']?.environment.TOOLBOX_IMAGE ?? '';
  const [, repository = '', tag = ''] = /^[^/]+\/(.+):([^:]+)$/.exec(toolbox) ?? [];
  await system.cloud.ecr.readAndPush(repository, tag, imageFolder(root, 'toolbox'));
  const table = dynamoTable(system.aws, system.stack.functions['serve-api']?.environment.TABLE_NAME ?? '');
  const token = (name: string, role: Role) => createToken(table, name, role, toInstant(system.clock.now()));
  const operator = await token('tester', 'operator');
  return {
    ...system,
    table,
    token,
    push: (version: string) =>
      system.cloud.ecr.readAndPush(
        'shop/api',
        version.replace(/-(crash|hang|sick)$/, ''),
        imageFolder(root, `shop-api:${version}`),
      ),
    /** An image of any repository, also of another registry (`HOST/repository`); `command` tells what it does. */
    async pushImage(repository: string, tag: string, command = `${repository}:${tag}`) {
      await ensureRepository(system.aws, repository);
      return system.cloud.ecr.readAndPush(repository, tag, imageFolder(root, command));
    },
    /** A request at the HTTP API's door, as API Gateway passes it on. */
    async api(
      method: string,
      path: string,
      given: { body?: unknown; raw?: string; headers?: Record<string, string>; token?: string | undefined } = {},
    ) {
      const bearer = 'token' in given ? given.token : operator;
      const headers: [string, string][] = [
        ...(bearer ? [['authorization', `Bearer ${bearer}`] as [string, string]] : []),
        ['content-type', 'application/json'],
        ...Object.entries(given.headers ?? {}),
      ];
      const text = given.raw ?? (given.body === undefined ? '' : JSON.stringify(given.body));
      const route = system.stack.routes[0];
      if (!route) throw new Error('serverless.yml has no route');
      const request = { method, rawTarget: path, headers, body: Buffer.from(text), sourceIp: '127.0.0.1' };
      const event = httpApiEvent(
        request,
        path.split('?')[0] ?? path,
        { route, pathParameters: { proxy: path.replace('/api/', '') } },
        system.stack,
      );
      const outcome = await system.invoke('serve-api', event);
      if (outcome.kind === 'failed') throw new Error(outcome.error.errorMessage);
      const answer = JSON.parse(outcome.result ?? '{}') as {
        statusCode: number;
        headers: Record<string, string>;
        body: string;
      };
      return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body || '{}') };
    },
    async close() {
      await system.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
export type Shop = Awaited<ReturnType<typeof openShop>>;
