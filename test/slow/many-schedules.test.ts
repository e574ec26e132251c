import { afterEach, expect, test } from 'vitest';
import type { JobConfig, ScheduleConfig } from '../../shared/config/config.ts';
import { openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

interface Answer {
  Status: string;
  Data?: Record<string, string>;
}

async function sync(RequestType: string): Promise<Answer> {
  const ResponseURL = 'https://hooks.example.com/cloudformation';
  await shop.invoke('sync-schedules', {
    RequestType,
    ResponseURL,
    StackId: 's',
    RequestId: 'r',
    LogicalResourceId: 'l',
  });
  return shop.hooks.at(-1)?.body as unknown as Answer;
}

const yearly = (index: number): ScheduleConfig => ({
  name: `s${index}`,
  expression: `cron(${index % 60} 3 1 1 ? *)`,
  timezone: 'Europe/Lisbon',
  params: {},
  graceMs: 300_000,
  catchUp: 'none',
});

test('2 000 schedules in one go: made, found the same, one changed, and gone', async () => {
  shop = await openShop({ service: false });
  const job = shop.config.jobs.plain as JobConfig;
  const configured = (schedules: readonly ScheduleConfig[]) =>
    shop.configure({ ...shop.config, jobs: { plain: { ...job, schedules } } });
  const many = Array.from({ length: 2000 }, (_, index) => yearly(index));
  configured(many);
  const none = { Created: '0', Updated: '0', Deleted: '0', Unchanged: '2000', Over: '0' };
  expect(await sync('Update')).toMatchObject({ Status: 'SUCCESS', Data: { Created: '2000', Deleted: '1' } });
  expect(await sync('Update')).toMatchObject({ Status: 'SUCCESS', Data: none });
  configured(many.map((one) => (one.name === 's77' ? { ...one, windowMinutes: 15 } : one)));
  expect(await sync('Update')).toMatchObject({ Status: 'SUCCESS', Data: { ...none, Updated: '1', Unchanged: '1999' } });
  expect(await sync('Delete')).toMatchObject({ Status: 'SUCCESS', Data: { ...none, Deleted: '2000', Unchanged: '0' } });
});
