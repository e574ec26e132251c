import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ECRClient,
  PutImageScanningConfigurationCommand,
  PutRegistryScanningConfigurationCommand,
} from '@aws-sdk/client-ecr';
import type { ImageManifest } from '../../local/cloud/service.ts';
import type { HoldConfig } from '../../shared/config/config.ts';
import { parseFreezeWindow } from '../../shared/config/freeze-window.ts';
import type { Deployment } from '../../shared/deploy/deployment.ts';
import { openShop, type ShopOptions } from './shop.ts';

export function freezeOf(text: string): HoldConfig['freeze'][number] {
  const window = parseFreezeWindow(text);
  if (typeof window === 'string') throw new Error(`${text} ${window}`);
  return window;
}

const minute = 60_000;
// Short, as each simulated minute takes its time.
export const askFirst: Partial<HoldConfig> = { approval: { expiresMs: 20 * minute } };
export const scanFirst: Partial<HoldConfig> = {
  scan: { severity: 'HIGH', tellAfterMs: 10 * minute, expiresMs: 30 * minute },
};

/** The shop whose shop-api is held as configured, with people who may say something about it. */
export async function openHeldShop(hold: Partial<HoldConfig>, options: ShopOptions = {}) {
  const shop = await openShop(options);
  const folders = mkdtempSync(join(tmpdir(), 'batuta-held-'));
  const service = shop.config.services['shop-api'];
  if (!service) throw new Error('the configuration has no shop-api');
  const held = { ...service, hold: { freeze: [], ...hold } };
  shop.configure({ ...shop.config, services: { 'shop-api': held } });
  const [deployer, admin] = [await shop.token('ana', 'deployer'), await shop.token('root', 'admin')];
  const ecr = new ECRClient(shop.aws);

  async function deployments(): Promise<Deployment[]> {
    const { items } = await shop.table.query({ index: 'gsi2', pk: 'service#shop-api' });
    return items.map(({ value }) => value as Deployment);
  }
  const say = async (path: string, body: object, token: string | undefined) => {
    const answer = await shop.api('POST', path, { body, token });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  const sayOf = async (version: string, verdict: 'approve' | 'reject', body: object, token: string | undefined) => {
    const id = (await deployments()).find(({ image }) => image.tag === version)?.id;
    await say(`/api/deployments/${id}/${verdict}`, body, token);
  };

  return {
    ...shop,
    /** Oldest first. */
    deployments,
    async deployment(version: string): Promise<Deployment> {
      const found = (await deployments()).find(({ image }) => image.tag === version);
      if (!found) throw new Error(`there is no deployment of ${version}`);
      return found;
    },
    approve: (version: string, body = {}) => sayOf(version, 'approve', body, deployer),
    reject: (version: string, body = {}) => sayOf(version, 'reject', body, deployer),
    override: (version: string, body = {}) => sayOf(version, 'approve', { ...body, override: true }, admin),
    pause: (body = {}) => say('/api/services/shop-api/pause', body, deployer),
    resume: () => say('/api/services/shop-api/resume', {}, deployer),
    /** Pushes what runs on, of these platforms, and what its scan ends with. */
    pushImage(version: string, image: Pick<ImageManifest, 'scan' | 'platforms' | 'provenance'> = {}, tag = version) {
      const folder = join(folders, version);
      mkdirSync(folder, { recursive: true });
      writeFileSync(
        join(folder, 'image.json'),
        JSON.stringify({ command: [`shop-api:${version}`], port: 8080, ...image }),
      );
      return shop.cloud.ecr.readAndPush('shop/api', tag, folder);
    },
    scanOnPush: () =>
      ecr.send(
        new PutImageScanningConfigurationCommand({
          repositoryName: 'shop/api',
          imageScanningConfiguration: { scanOnPush: true },
        }),
      ),
    scanEnhanced: () =>
      ecr.send(
        new PutRegistryScanningConfigurationCommand({
          scanType: 'ENHANCED',
          rules: [{ scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] }],
        }),
      ),
    updates: () => shop.calls.filter((call) => call.endsWith('UpdateService')).length,
    callsOf: (operation: string) => shop.calls.filter((call) => call.endsWith(` ${operation}`)).length,
    titles: () => shop.hooks.map(({ body }) => body.data.title),
    told: () => shop.hooks.map(({ body }) => `${body.data.severity}: ${body.data.title}`),
    lastText: () => shop.hooks.at(-1)?.body.data.text ?? '',
    passUntil: (time: string) => shop.clock.advance(Date.parse(time) - shop.clock.now()),
    async close() {
      rmSync(folders, { recursive: true, force: true });
      await shop.close();
    },
  };
}
export type HeldShop = Awaited<ReturnType<typeof openHeldShop>>;
