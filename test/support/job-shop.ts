import type { JobConfig } from '../../shared/config/config.ts';
import { openShop, type Shop, type ShopOptions } from './shop.ts';

/** Of the jobs in test/fixtures/system: `load` is `plain` with parameters, and what a test says besides. */
export async function openJobShop(job: Partial<JobConfig> = {}, options: ShopOptions = {}): Promise<Shop> {
  const shop = await openShop({ service: false, ...options });
  configureLoad(shop, job);
  return shop;
}

/** As a deployment with another batuta.yml. */
export function configureLoad(shop: Shop, job: Partial<JobConfig> = {}, limits = shop.config.limits): void {
  const { plain } = shop.config.jobs;
  if (!plain) throw new Error('no job plain');
  const params: JobConfig['params'] = {
    date: { type: 'date', required: false },
    part: { type: 'integer', required: false, default: 1 },
    shops: { type: 'list', items: 'string', required: false },
  };
  const load: JobConfig = { ...plain, name: 'load', params, ...job };
  shop.configure({ ...shop.config, limits, jobs: { ...shop.config.jobs, load } });
}
