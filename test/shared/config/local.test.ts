import { describe, expect, test } from 'vitest';
import { loadLocal } from '../../../shared/config/local.ts';
import { formatProblem } from '../../../shared/config/problem.ts';

const text = `
parameters:
  /shop/url: http://example.com
  /shop/db/password: { value: dummy, type: SecureString }
secrets: { shop/db: '{"user":"a"}' }
images: { shop/api:1.0.0: ../shop-api-1.0.0 }
services:
  shop-api: { image: shop/api:1.0.0, desiredCount: 2, port: 8080, healthCheck: { command: [CMD, "true"], interval: 1 } }
`;
const problems = (yaml: string) => {
  const loaded = loadLocal(yaml, 'batuta.local.yml', { isDirectory: (path) => !path.includes('absent') });
  return loaded.ok ? [] : loaded.problems.map(formatProblem);
};

test('a local file has defaults filled in and folders relative to its own', () => {
  expect(loadLocal(text, '/home/me/demo/batuta.local.yml')).toEqual({
    ok: true,
    local: {
      parameters: {
        '/shop/url': { value: 'http://example.com', type: 'String' },
        '/shop/db/password': { value: 'dummy', type: 'SecureString' },
      },
      secrets: { 'shop/db': '{"user":"a"}' },
      images: { 'shop/api:1.0.0': '/home/me/shop-api-1.0.0' },
      services: {
        'shop-api': {
          image: 'shop/api:1.0.0',
          container: 'shop-api',
          desiredCount: 2,
          port: 8080,
          cpu: 256,
          memoryMiB: 512,
          environment: {},
          healthCheck: { command: ['CMD', 'true'], interval: 1 },
          minimumHealthyPercent: 100,
          maximumPercent: 200,
          circuitBreaker: { enable: false, rollback: false },
        },
      },
    },
  });
});

test.each([
  ['true', { enable: true, rollback: false }],
  ['{ rollback: true }', { enable: true, rollback: true }],
  ['{}', { enable: true, rollback: false }],
])('circuitBreaker: %s', (yaml, expected) => {
  const loaded = loadLocal(`images: { a:1: . }\nservices: { s: { image: "a:1", circuitBreaker: ${yaml} } }`, 'x.yml');
  expect(loaded.ok && loaded.local.services.s?.circuitBreaker).toEqual(expected);
});

test.each([
  ['{}', { interval: 5, gracePeriod: 0 }],
  ['{ healthPath: /health }', { healthPath: '/health', interval: 5, gracePeriod: 0 }],
  [
    '{ healthPath: /, codes: "200-299,404", interval: 1, timeout: 1, retries: 2, gracePeriod: 9 }',
    { healthPath: '/', codes: '200-299,404', interval: 1, timeout: 1, retries: 2, gracePeriod: 9 },
  ],
])('loadBalancer: %s', (yaml, expected) => {
  const loaded = loadLocal(`images: { a:1: . }\nservices: { s: { image: "a:1", loadBalancer: ${yaml} } }`, 'x.yml');
  expect(loaded.ok && loaded.local.services.s?.loadBalancer).toEqual(expected);
});

const service = (rest: string) => `images: { a:1: . }\nservices: { s: { image: "a:1", ${rest} } }`;

describe('a wrong local file is told as a wrong configuration is', () => {
  test.each([
    ['an unknown key', 'paramters: {}', '1:1 paramters: unknown key `paramters`; did you mean `parameters`?'],
    [
      'an image that is not declared',
      'images: { shop/api:1.0.0: . }\nservices: { s: { image: "shop/api:1.0" } }',
      '2:18 services.s.image: images has no `shop/api:1.0`; did you mean `shop/api:1.0.0`?',
    ],
    [
      'a folder that is not there',
      'images: { a:1: absent }',
      "1:11 images.a:1: there is no folder `absent` beside this file; write the image's folder, relative to this file's",
    ],
    [
      'an impossible size',
      service('memory: 3000'),
      '2:32 services.s.memory: 3000 MiB is not possible with 256 CPU units; use 512, 1024 or 2048',
    ],
    [
      'no room to roll',
      service('maximumPercent: 100'),
      '2:32 services.s.maximumPercent: leaves no room for a rolling deployment; write more than minimumHealthyPercent',
    ],
    [
      'a health path without a slash',
      service('loadBalancer: { healthPath: health }'),
      '2:48 services.s.loadBalancer.healthPath: must begin with /',
    ],
    [
      'a check that takes longer than its interval',
      service('loadBalancer: { timeout: 9 }'),
      '2:48 services.s.loadBalancer.timeout: is longer than interval; write 1 to 5 seconds',
    ],
    ['a parameter without a value', 'parameters: { /a: { type: String } }', '1:15 parameters./a.value: is missing'],
    [
      'an unknown parameter type',
      'parameters: { /a: { value: x, type: Secure } }',
      '1:31 parameters./a.type: `Secure` is not possible; write one of `String`, `SecureString`',
    ],
    [
      'a number as a parameter',
      'parameters: { /a: 5 }',
      '1:15 parameters./a: must be text or keys with values, not a number; put it in quotes',
    ],
    [
      'a relative parameter name',
      'parameters: { a: x }',
      '1:15 parameters.a: is no parameter name; write one such as /shop/db/password',
    ],
    [
      'an image without a tag',
      'images: { shop/api: . }',
      '1:11 images.shop/api: is no image name; write repository:tag, such as shop/api:1.0.0',
    ],
  ])('%s', (_fact, yaml, expected) => expect(problems(yaml)).toContain(`batuta.local.yml:${expected}`));

  test('no message repeats a value', () => {
    const lines = problems(
      'parameters: { /a: { value: 5, typ: hunter2 }, b: hunter2 }\nsecrets: { a b: hunter2, c: [hunter2] }',
    );
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.join()).not.toContain('hunter2');
  });
});
