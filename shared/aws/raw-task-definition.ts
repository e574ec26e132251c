import { DescribeTaskDefinitionCommand, type ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { RawTaskDefinition } from '../deploy/revision.ts';
import { fields, list, text } from '../events/parse.ts';
import { keepBody, sendBody } from './raw-body.ts';

/** The task definition and its tags as they came over the wire: the SDK drops fields it does not know. */
export async function readTaskDefinition(
  client: ECSClient,
  taskDefinition: string,
): Promise<{ definition: RawTaskDefinition; tags: RawTaskDefinition[] }> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
  const bodyOf = keepBody(command);
  await client.send(command);
  const answer = fields(bodyOf());
  return { definition: fields(answer.taskDefinition), tags: list(answer.tags).map(fields) };
}

/** Registers a body exactly as given and resolves with the new revision's ARN. */
export async function writeTaskDefinition(client: ECSClient, body: RawTaskDefinition): Promise<string> {
  const command = new RegisterTaskDefinitionCommand({ family: text(body.family), containerDefinitions: [] });
  sendBody(command, body);
  const answer = await client.send(command);
  const arn = answer.taskDefinition?.taskDefinitionArn;
  if (!arn) throw new Error('RegisterTaskDefinition answered without a taskDefinitionArn');
  return arn;
}
