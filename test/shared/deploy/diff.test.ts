import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffRevisions, lineInWords } from '../../../shared/deploy/diff.ts';
import type { RawTaskDefinition } from '../../../shared/deploy/revision.ts';

const container = {
  name: 'api',
  image: 'shop/api:1.0.0',
  essential: true,
  command: ['node', 'server.js'],
  environment: [
    { name: 'LOG_LEVEL', value: 'info' },
    { name: 'DB_PASSWORD', value: 'hunter2' },
  ],
  secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:us-east-1:123456789012:parameter/token' }],
  portMappings: [{ containerPort: 8080, hostPort: 80 }],
  logConfiguration: { logDriver: 'splunk', options: { 'splunk-token': 'abc', 'splunk-url': 'https://logs' } },
};
const definition: RawTaskDefinition = {
  taskDefinitionArn: 'arn:1',
  revision: 1,
  registeredAt: 1,
  family: 'shop-api',
  cpu: '256',
  containerDefinitions: [container],
};
const withContainer = (parts: object): RawTaskDefinition => ({
  ...definition,
  containerDefinitions: [{ ...container, ...parts }],
});
const differences = (after: RawTaskDefinition) => diffRevisions(definition, after).map(lineInWords);

test.each<[fact: string, after: RawTaskDefinition, expected: string[]]>([
  ['another revision of the same content', { ...definition, taskDefinitionArn: 'arn:2', revision: 2 }, []],
  ['members in another order', Object.fromEntries(Object.entries(definition).reverse()), []],
  ['another image', withContainer({ image: 'shop/api:2' }), ['containers.api.image: shop/api:1.0.0 → shop/api:2']],
  ['another size', { ...definition, cpu: '512', memory: '1024' }, ['cpu: 256 → 512', 'memory: added: 1024']],
  [
    'environment variables, never their values',
    withContainer({
      environment: [
        { name: 'LOG_LEVEL', value: 'debug' },
        { name: 'NEW', value: 'x' },
      ],
    }),
    [
      'containers.api.environment.DB_PASSWORD: removed',
      'containers.api.environment.LOG_LEVEL: changed',
      'containers.api.environment.NEW: added',
    ],
  ],
  [
    'secrets by name only',
    withContainer({ secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:us-east-1:123456789012:parameter/other' }] }),
    ['containers.api.secrets.TOKEN: changed'],
  ],
  [
    'options that may be credentials by name only',
    withContainer({
      logConfiguration: { logDriver: 'splunk', options: { 'splunk-token': 'def', 'splunk-url': 'https://other' } },
    }),
    [
      'containers.api.logConfiguration.options.splunk-token: changed',
      'containers.api.logConfiguration.options.splunk-url: https://logs → https://other',
    ],
  ],
  [
    'ports by the port they are of',
    withContainer({ portMappings: [{ containerPort: 8080, hostPort: 81 }] }),
    ['containers.api.portMappings.8080.hostPort: 80 → 81'],
  ],
  [
    'lists without names as a whole',
    withContainer({ command: ['sh', '-c', ''] }),
    ['containers.api.command: ["node","server.js"] → ["sh","-c",""]'],
  ],
  [
    'what looks like a secret in a command is redacted',
    withContainer({ command: ['run', '--password=hunter2'] }),
    ['containers.api.command: ["node","server.js"] → ["run","--password=[redacted]"]'],
  ],
  ['lists of named things that are empty', withContainer({ mountPoints: [], dependsOn: [] }), []],
  [
    'another container',
    { ...definition, containerDefinitions: [container, { name: 'proxy', image: 'envoy:1' }] },
    ['containers.proxy.image: added: envoy:1', 'containers.proxy.name: added: proxy'],
  ],
  [
    'an empty value is not an absent one',
    withContainer({ entryPoint: [], workingDirectory: '' }),
    ['containers.api.entryPoint: added: []', 'containers.api.workingDirectory: added: ""'],
  ],
])('%s', (_fact, after, expected) => expect(differences(after)).toEqual(expected));

const environment = fc.uniqueArray(
  fc.record({ name: fc.stringMatching(/^[A-Z_]{1,8}$/), value: fc.stringMatching(/^value-\w{4,12}$/) }),
  { selector: ({ name }) => name, maxLength: 5 },
);

test('no value of the environment is ever told, and nothing is told only where nothing differs', () => {
  fc.assert(
    fc.property(environment, environment, (before, after) => {
      const told = diffRevisions(withContainer({ environment: before }), withContainer({ environment: after }));
      for (const { value } of [...before, ...after]) expect(JSON.stringify(told)).not.toContain(value);
      const asMap = (given: typeof before) => new Map(given.map(({ name, value }) => [name, value]));
      const [old, now] = [asMap(before), asMap(after)];
      const names = [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.get(name) !== now.get(name));
      expect(told.filter(({ path }) => path.includes('environment.')).length).toBe(names.length);
    }),
  );
});
