import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { bundleFunctions } from '../../build/bundle.ts';

interface Sent {
  headers: Record<string, string>;
  hostname: string;
}
const sdk = (name: string) => JSON.stringify(join(process.cwd(), 'node_modules/@aws-sdk', name, 'dist-es/index.js'));
/** Sends GetItem and PutEvents to nobody; resolves with the requests as they would have gone over the wire. */
const source = `import { DynamoDBClient, GetItemCommand } from ${sdk('client-dynamodb')};
  import { EventBridgeClient, PutEventsCommand } from ${sdk('client-eventbridge')};
  export async function handler() {
    const sent = [];
    const body = new TextEncoder().encode('{}');
    const requestHandler = {
      handle: async (request) => { sent.push(request); return { response: { statusCode: 200, headers: {}, body } }; },
    };
    const given = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, requestHandler };
    await new DynamoDBClient(given).send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } }));
    await new EventBridgeClient(given).send(new PutEventsCommand({ Entries: [] }));
    return sent;
  }`;
let text: string;
let sent: Sent[];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'batuta-lean-'));
  const functionsDir = join(folder, 'functions');
  mkdirSync(join(functionsDir, 'one'), { recursive: true });
  writeFileSync(join(functionsDir, 'one', 'handler.ts'), source);
  const configFile = join(folder, 'batuta.yml');
  writeFileSync(configFile, 'cluster: prod\n');
  const [bundle] = await bundleFunctions({ outDir: join(folder, 'out'), configFile, functionsDir });
  text = readFileSync(bundle?.file ?? '', 'utf8');
  const { handler } = await import(pathToFileURL(bundle?.file ?? '').href);
  sent = await handler();
});

test('without endpoint discovery and signing for many regions, requests go to the region and are signed for it', () => {
  expect(sent.map(({ hostname }) => hostname)).toEqual([
    'dynamodb.eu-west-1.amazonaws.com',
    'events.eu-west-1.amazonaws.com',
  ]);
  expect(sent.map(({ headers }) => /Credential=\S+/.exec(headers.authorization ?? '')?.[0])).toEqual([
    expect.stringMatching(/^Credential=a\/\d{8}\/eu-west-1\/dynamodb\/aws4_request,$/),
    expect.stringMatching(/^Credential=a\/\d{8}\/eu-west-1\/events\/aws4_request,$/),
  ]);
});

test("a client's version is still named in its User-Agent, and nothing else of its package.json is bundled", () => {
  for (const [index, name] of ['client-dynamodb', 'client-eventbridge'].entries()) {
    const file = join(process.cwd(), 'node_modules/@aws-sdk', name, 'package.json');
    const { version, description } = JSON.parse(readFileSync(file, 'utf8'));
    expect(sent[index]?.headers['user-agent']).toContain(`#${version}`);
    expect(text).not.toContain(description);
  }
});

test('what only endpoint discovery and signing for many regions need is left out', () => {
  expect(text).not.toContain('AWS_ENABLE_ENDPOINT_DISCOVERY');
  expect(text).not.toContain('signature-v4-crt');
});
