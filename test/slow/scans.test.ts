import { afterEach, expect, test } from 'vitest';
import { type HeldShop, openHeldShop, scanFirst } from '../support/held-shop.ts';

let shop: HeldShop;
afterEach(() => shop.close());

const minute = 60;
type Options = NonNullable<Parameters<typeof openHeldShop>[1]>;
const open = async (options: Options = {}) => {
  shop = await openHeldShop(scanFirst, options);
};
const looks = () => shop.callsOf('DescribeImageScanFindings');

test("a clean scan's event lets the image go on", async () => {
  await open();
  await shop.scanOnPush();
  await shop.pushImage('1.1.0', { scan: { findings: { MEDIUM: 4, UNDEFINED: 9 }, delaySeconds: 20 } });
  await shop.pass(19);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'held', holds: [{ kind: 'scan' }] });
  await shop.pass(15);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
  expect(shop.titles()).toEqual(["shop-api 1.1.0 waits for the image's scan", 'shop-api 1.1.0 is deployed']);
  // As the push came, twice as its record was announced, and as the scan was over.
  expect(looks()).toBeLessThanOrEqual(4);
});

test('what was scanned under another tag before is not held at all', async () => {
  await open();
  await shop.scanOnPush();
  await shop.pushImage('1.1.0', {}, 'candidate');
  await shop.pass(60);
  await shop.pushImage('1.1.0');
  await shop.pass(60);
  expect(shop.titles()).toEqual(['shop-api 1.1.0 is deployed']);
});

test('findings at or above the severity refuse the image, with counts and names; the service is untouched', async () => {
  await open();
  await shop.scanOnPush();
  await shop.pushImage('1.1.0', { scan: { findings: { CRITICAL: 1, HIGH: 2, LOW: 30 } } });
  await shop.pass(60);
  expect(await shop.deployment('1.1.0')).toMatchObject({
    state: 'failed',
    outcome: {
      reason:
        "the image's scan found 1 CRITICAL, 2 HIGH (CVE-2026-10000, CVE-2026-10001, CVE-2026-10002), and hold.scan of shop-api refuses HIGH and above",
    },
  });
  expect(shop.told().at(-1)).toBe('error: shop-api 1.1.0 could not be deployed');
  expect(shop.updates()).toBe(0);
  await shop.pushImage('1.2.0');
  await shop.pass(60);
  expect(await shop.deployment('1.2.0')).toMatchObject({ state: 'succeeded' });
});

test("of an image index, the scan of the tasks' platform decides, whose digest the event names", async () => {
  await open();
  await shop.scanOnPush();
  const platforms = ['linux/amd64', 'linux/arm64'];
  const scan = { platforms: { 'linux/arm64': { findings: { CRITICAL: 5 } }, 'linux/amd64': { delaySeconds: 40 } } };
  await shop.pushImage('1.1.0', { platforms, scan });
  await shop.pass(30);
  const { image, holds } = await shop.deployment('1.1.0');
  expect(holds).toMatchObject([{ kind: 'scan', of: expect.stringMatching(/^sha256:/) }]);
  expect(holds[0]?.of).not.toBe(image.digest);
  await shop.pass(30);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
});

test("and findings in the tasks' platform refuse the index", async () => {
  await open();
  await shop.scanOnPush();
  const platforms = ['linux/amd64', 'linux/arm64'];
  const scan = { platforms: { 'linux/amd64': { findings: { HIGH: 1 } } } };
  await shop.pushImage('1.1.0', { platforms, scan });
  await shop.pass(60);
  expect(await shop.deployment('1.1.0')).toMatchObject({
    state: 'failed',
    outcome: { reason: expect.stringMatching(/1 HIGH/) },
  });
});

test.each([
  ['clean', { scan: { delaySeconds: 30 } }, 'succeeded'],
  ['with findings', { scan: { findings: { HIGH: 1 }, delaySeconds: 30 } }, 'failed'],
  ['of an index', { scan: { delaySeconds: 30 }, provenance: true }, 'succeeded'],
] as const)("enhanced scanning's first scan, %s, decides by Inspector's event", async (_fact, image, state) => {
  await open();
  await shop.scanEnhanced();
  await shop.pushImage('1.1.0', image);
  await shop.pass(25);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'held' });
  await shop.pass(30);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state });
});

test('a scan that never comes is told, told once more when it is overdue, and given up', async () => {
  await open();
  await shop.pushImage('1.1.0');
  await shop.pass(9 * minute);
  expect(shop.told()).toEqual(["info: shop-api 1.1.0 waits for the image's scan"]);
  await shop.pass(2 * minute);
  expect(shop.told().slice(1)).toEqual(['warning: shop-api 1.1.0 waits for a scan that is overdue']);
  const { id } = await shop.deployment('1.1.0');
  expect(shop.lastText()).toMatch(`Lift the holds, as an admin: batuta approve ${id} --override`);
  await shop.pass(22 * minute);
  expect(shop.told().slice(2)).toEqual(['error: shop-api 1.1.0 could not be deployed']);
  expect(shop.lastText()).toMatch('turn on scanning of shop/api in ECR');
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'failed' });
  expect(shop.updates()).toBe(0);
});

test.each([
  ['basic', (held: HeldShop) => held.scanOnPush(), 'FAILED'],
  ['enhanced', (held: HeldShop) => held.scanEnhanced(), 'UNSUPPORTED_IMAGE'],
] as const)(
  'a %s scan that did not succeed is told at once, and an admin may let the image pass',
  async (_kind, scanning, status) => {
    await open();
    await scanning(shop);
    await shop.pushImage('1.1.0', { scan: { status } });
    // Of an image that Inspector cannot scan no event is documented: the next look finds it.
    await shop.pass(6 * minute);
    expect(shop.told()).toContain('warning: shop-api 1.1.0 waits for a scan that did not succeed');
    expect(shop.lastText()).toMatch(`the image's scan ended ${status}`);
    await shop.override('1.1.0');
    await shop.pass(60);
    expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded', override: { by: 'root' } });
  },
);

test('scans whose events are lost are found by the sweep', async () => {
  const delivery: Options['delivery'] = ({ 'detail-type': type }, deliver) =>
    type.includes('Scan') ? undefined : deliver();
  await open({ delivery });
  await shop.scanOnPush();
  await shop.pushImage('1.1.0', { scan: { delaySeconds: 30 } });
  await shop.pass(7 * minute);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
});

/** ECR's answers to a look at findings, in its stead. */
const answering =
  (answer: () => { status: number; json: object } | undefined): NonNullable<Options['intercept']> =>
  ({ headers }) => {
    if (!headers['x-amz-target']?.endsWith('.DescribeImageScanFindings')) return undefined;
    const { status, json } = answer() ?? {};
    if (!status) return undefined;
    return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(json) };
  };

test.each([
  ['clean', {}, 'succeeded'],
  ['with findings', { findings: { HIGH: 3 } }, 'failed'],
] as const)(
  'a scan, %s, that ECR calls done before it shows anything is decided by its event',
  async (_fact, scan, state) => {
    const blank = { imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: { findings: [] } };
    await open({ intercept: answering(() => ({ status: 200, json: blank })) });
    await shop.scanEnhanced();
    await shop.pushImage('1.1.0', { scan: { ...scan, delaySeconds: 20 } });
    await shop.pass(19);
    expect(await shop.deployment('1.1.0')).toMatchObject({
      state: 'held',
      holds: [{ why: expect.stringMatching(/shows no findings yet$/) }],
    });
    await shop.pass(20);
    expect(await shop.deployment('1.1.0')).toMatchObject({ state });
  },
);

test('a look-up that is throttled is repeated until it is answered', async () => {
  const until = Date.parse('2026-11-20T09:03:00Z');
  const refused = { status: 400, json: { __type: 'ThrottlingException', message: 'Rate exceeded' } };
  await open({ intercept: answering(() => (shop.clock.now() < until ? refused : undefined)) });
  await shop.scanOnPush();
  await shop.pushImage('1.1.0');
  await shop.pass(6 * minute);
  expect(await shop.deployments()).toMatchObject([{ state: 'succeeded' }]);
});

test('a look-up that is not allowed holds, and names what is not allowed', async () => {
  await open({
    intercept: answering(() => ({
      status: 400,
      json: { __type: 'AccessDeniedException', message: 'not authorized on shop/api' },
    })),
  });
  await shop.push('1.1.0');
  await shop.pass(60);
  expect(shop.told()).toEqual(['warning: shop-api 1.1.0 waits for a scan that did not succeed']);
  expect(shop.lastText()).toMatch('DescribeImageScanFindings: AccessDeniedException: not authorized on shop/api');
});

test('where no scan is asked for, none is looked up', async () => {
  shop = await openHeldShop({});
  await shop.scanOnPush();
  await shop.pushImage('1.1.0', { scan: { findings: { CRITICAL: 9 } } });
  await shop.pass(60);
  expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded' });
  expect(looks()).toBe(0);
});
