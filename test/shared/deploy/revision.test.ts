import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toInstant } from '../../../shared/core/time.ts';
import { nextRevision } from '../../../shared/deploy/revision.ts';

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const digest = `sha256:${'b'.repeat(64)}`;
const image = { repository: 'shop/api', tag: '1.1.0', digest, pushedAt: toInstant(0) };
const target = { registry, repository: 'shop/api' };
const pinned = `${registry}/shop/api@${digest}`;
const ours = [
  { key: 'batuta:tag', value: '1.1.0' },
  { key: 'batuta:digest', value: digest },
  { key: 'batuta:deployment', value: 'd-1' },
];

// An EC2 task definition as the field has them: empty values that mean something, fields no SDK knows.
const definition = {
  taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/shop-api:7',
  revision: 7,
  status: 'ACTIVE',
  requiresAttributes: [{ name: 'ecs.capability.execution-role-awslogs' }],
  compatibilities: ['EC2'],
  registeredAt: 1700000000.123,
  registeredBy: 'arn:aws:iam::123456789012:role/terraform',
  deregisteredAt: 1,
  deleteRequestedAt: 2,
  family: 'shop-api',
  networkMode: 'bridge',
  volumes: [],
  placementConstraints: [],
  requiresCompatibilities: ['EC2'],
  futureField: { nested: [''] },
  containerDefinitions: [
    {
      name: 'api',
      image: `${registry}/shop/api:1.0.0`,
      cpu: 0,
      memoryReservation: 64,
      portMappings: [{ containerPort: 8080, hostPort: 80, protocol: 'tcp', appProtocol: 'http' }],
      entryPoint: [''],
      command: ['sh', '-c', ''],
      environment: [{ name: 'EMPTY', value: '' }],
      dockerLabels: { empty: '' },
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-stream-prefix': '' } },
      futureKnob: null,
    },
    { name: 'envoy', image: `${registry}/mesh/envoy@sha256:${'c'.repeat(64)}`, essential: false, links: [] },
  ],
};

const bodyOf = (...args: Parameters<typeof nextRevision>) => {
  const next = nextRevision(...args);
  if ('problem' in next) throw new Error(next.problem);
  return next.body;
};

test('only the image differs, and what AWS does not take back is gone', () => {
  const { family, networkMode, volumes, placementConstraints, requiresCompatibilities, futureField } = definition;
  const [api, envoy] = definition.containerDefinitions;
  expect(bodyOf(definition, [], image, target, 'd-1')).toEqual({
    family,
    networkMode,
    volumes,
    placementConstraints,
    requiresCompatibilities,
    futureField,
    containerDefinitions: [{ ...api, image: pinned }, envoy],
    tags: ours,
  });
});

test.each([
  ['a tag', `${registry}/shop/api:1.0.0`],
  ['no tag', `${registry}/shop/api`],
  ['a digest', `${registry}/shop/api@sha256:${'d'.repeat(64)}`],
  ['a tag and a digest', `${registry}/shop/api:1.0.0@sha256:${'d'.repeat(64)}`],
])('a container is matched by its repository, whether it names %s', (_what, named) => {
  const body = bodyOf({ containerDefinitions: [{ name: 'api', image: named }] }, [], image, target, 'd-1');
  expect(body.containerDefinitions).toEqual([{ name: 'api', image: pinned }]);
});

test.each([
  ['another registry', '999999999999.dkr.ecr.us-east-1.amazonaws.com/shop/api:1.0.0'],
  ['another region', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1.0.0'],
  ['a repository whose name begins alike', `${registry}/shop/api-tools:1.0.0`],
  ['a repository whose name ends alike', `${registry}/old/shop/api:1.0.0`],
  ['Docker Hub', 'shop/api:1.0.0'],
])('an image of %s is left alone', (_what, named) => {
  const next = nextRevision(
    { family: 'f', containerDefinitions: [{ name: 'api', image: named }] },
    [],
    image,
    target,
    'd-1',
  );
  expect(next).toEqual({ problem: expect.stringContaining(`api (${named})`) });
});

test('each container of the repository is changed; the one named in batuta.yml alone where there is one', () => {
  const containerDefinitions = ['api', 'worker'].map((name) => ({ name, image: `${registry}/shop/api:1.0.0` }));
  const changed = (container?: string) =>
    (
      bodyOf({ containerDefinitions }, [], image, { ...target, container }, 'd-1').containerDefinitions as {
        image: string;
      }[]
    ).map((entry) => entry.image === pinned);
  expect(changed()).toEqual([true, true]);
  expect(changed('worker')).toEqual([false, true]);
});

test('of five containers only those of the repository change, the others byte for byte, pinned sidecars too', () => {
  const theirs = '999999999999.dkr.ecr.eu-west-1.amazonaws.com';
  const images = [
    `${registry}/shop/api:1.0.0`,
    `${registry}/mesh/envoy@sha256:${'c'.repeat(64)}`,
    `${registry}/shop/api@sha256:${'d'.repeat(64)}`,
    `${theirs}/shop/api:1.0.0`,
    'public.ecr.aws/datadog/agent:7@sha256:0',
  ];
  const containerDefinitions = images.map((named, at) => ({
    name: `c${at}`,
    image: named,
    command: [''],
    links: null,
  }));
  const body = bodyOf({ family: 'five', containerDefinitions }, [], image, target, 'd-1');
  const expected = containerDefinitions.map((entry, at) =>
    at === 0 || at === 2 ? { ...entry, image: pinned } : entry,
  );
  expect(JSON.stringify(body.containerDefinitions)).toBe(JSON.stringify(expected));
});

test("an image of another registry changes that registry's containers", () => {
  const theirs = '999999999999.dkr.ecr.eu-west-1.amazonaws.com';
  const containerDefinitions = [registry, theirs].map((host) => ({ name: host, image: `${host}/shop/api:1.0.0` }));
  const body = bodyOf({ containerDefinitions }, [], image, { ...target, registry: theirs }, 'd-1');
  expect(body.containerDefinitions).toEqual([
    containerDefinitions[0],
    { name: theirs, image: `${theirs}/shop/api@${digest}` },
  ]);
});

test('a container that does not exist is a problem that names those that do', () => {
  expect(nextRevision(definition, [], image, { ...target, container: 'app' }, 'd-1')).toEqual({
    problem: expect.stringMatching(/no container named app; it has api .*, envoy/),
  });
});

test("tags are kept, ours replaced, and AWS's own left out, which nobody else may set", () => {
  const tags = [
    { key: 'team', value: '' },
    { key: 'batuta:tag', value: '1.0.0' },
    { key: 'aws:cloudformation:stack-name', value: 'shop' },
  ];
  expect(bodyOf(definition, tags, image, target, 'd-1').tags).toEqual([{ key: 'team', value: '' }, ...ours]);
});

test('50 tags are possible, 51 a problem', () => {
  const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: 'v' }));
  expect(nextRevision(definition, tags(47), image, target, 'd-1')).toHaveProperty('body');
  expect(nextRevision(definition, tags(48), image, target, 'd-1')).toEqual({
    problem: expect.stringContaining('51 tags'),
  });
});

test('whatever a task definition holds, only image and our tags differ (invariant 8)', () => {
  const json = fc.dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    fc.jsonValue(),
    { maxKeys: 4 },
  );
  fc.assert(
    fc.property(json, json, json, (rest, api, sidecar) => {
      const live = {
        ...rest,
        containerDefinitions: [
          { ...api, name: 'api', image: `${registry}/shop/api:1.0.0` },
          { ...sidecar, name: 'sidecar', image: 'envoy:1' },
        ],
      };
      const { tags, ...body } = bodyOf(live, [], image, target, 'd-1');
      const { tags: _, ...expected } = structuredClone(live) as typeof live & { tags?: unknown };
      expected.containerDefinitions[0] = { ...expected.containerDefinitions[0], image: pinned } as never;
      expect(JSON.stringify(body)).toBe(JSON.stringify(expected));
      expect(tags).toEqual(ours);
    }),
    { numRuns: 50 },
  );
});
