import { DescribeTaskDefinitionCommand, type ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { RawTaskDefinition } from '../deploy/revision.ts';
import { fields, list, text } from '../events/parse.ts';

async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The task definition and its tags as they came over the wire: the SDK drops fields it does not know. */
export async function readTaskDefinition(
  client: ECSClient,
  taskDefinition: string,
): Promise<{ definition: RawTaskDefinition; tags: RawTaskDefinition[] }> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
  let raw: Uint8Array = new Uint8Array();
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { body?: unknown };
      raw = await bytesOf(response.body ?? new Uint8Array());
      response.body = raw;
      return result;
    },
    // Low: nearer to the wire than the SDK's own deserializer, which consumes the body.
    { step: 'deserialize', priority: 'low', name: 'batutaKeepRawBody' },
  );
  await client.send(command);
  const answer = fields(JSON.parse(new TextDecoder().decode(raw)));
  return { definition: fields(answer.taskDefinition), tags: list(answer.tags).map(fields) };
}

/** Registers a body exactly as given and resolves with the new revision's ARN. */
export async function writeTaskDefinition(client: ECSClient, body: RawTaskDefinition): Promise<string> {
  const command = new RegisterTaskDefinitionCommand({ family: text(body.family), containerDefinitions: [] });
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { body?: unknown }).body = JSON.stringify(body);
      return next(args);
    },
    // High: before the SDK computes the content length and signs.
    { step: 'build', priority: 'high', name: 'batutaRawBody' },
  );
  const answer = await client.send(command);
  const arn = answer.taskDefinition?.taskDefinitionArn;
  if (!arn) throw new Error('RegisterTaskDefinition answered without a taskDefinitionArn');
  return arn;
}
