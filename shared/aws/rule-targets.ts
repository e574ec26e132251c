import { EventBridgeClient, ListTargetsByRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { AwsCallFailed } from '../core/errors.ts';
import { fields, list, text } from '../events/parse.ts';
import { type AwsConnection, call } from './connection.ts';
import { keepBody, sendBody } from './raw-body.ts';
import type { Replacements, RunBy, RunnerTarget } from './task-runners.ts';

type Rule = Extract<RunBy, { kind: 'rule' }>;
type Raw = Readonly<Record<string, unknown>>;

const definitionOf = (target: Raw) => text(fields(target.EcsParameters).TaskDefinitionArn);

function moved(target: Raw, replacements: Replacements): Raw {
  const next = replacements.get(definitionOf(target) ?? '');
  return next ? { ...target, EcsParameters: { ...fields(target.EcsParameters), TaskDefinitionArn: next } } : target;
}

/** PutTargets answers 200 where it took only some (EventBridge API reference, FailedEntries). */
function refuseFailures(answer: Raw): void {
  const [failure] = list(answer.FailedEntries).map(fields);
  if (!failure) return;
  const { TargetId, ErrorCode, ErrorMessage } = failure;
  const code = text(ErrorCode) ?? 'FailedEntry';
  const message = `target ${text(TargetId)}: ${text(ErrorMessage) ?? 'refused'}`;
  throw new AwsCallFailed('PutTargets', code, message, code === 'ConcurrentModificationException', undefined);
}

/** The ECS targets of EventBridge's rules. */
export function ruleTargets(aws: AwsConnection) {
  const client = new EventBridgeClient(aws);

  async function all({ bus, rule }: Rule): Promise<Raw[]> {
    const found: Raw[] = [];
    let token: string | undefined;
    do {
      const page = { Rule: rule, EventBusName: bus, ...(token ? { NextToken: token } : {}) };
      const command = new ListTargetsByRuleCommand(page);
      const bodyOf = keepBody(command);
      await call('ListTargetsByRule', () => client.send(command));
      const answer = fields(bodyOf());
      found.push(...list(answer.Targets).map(fields));
      token = text(answer.NextToken);
    } while (token);
    return found;
  }

  async function put({ rule, bus }: Rule, targets: readonly Raw[]): Promise<void> {
    const command = new PutTargetsCommand({ Rule: rule, EventBusName: bus, Targets: [] });
    sendBody(command, { Rule: rule, EventBusName: bus, Targets: targets });
    const bodyOf = keepBody(command);
    await call('PutTargets', () => client.send(command));
    refuseFailures(fields(bodyOf()));
  }

  return {
    targets: async (rule: Rule): Promise<RunnerTarget[]> =>
      (await all(rule)).flatMap((target) => {
        const taskDefinitionArn = definitionOf(target);
        return taskDefinitionArn ? [{ id: text(target.Id) ?? '', taskDefinitionArn }] : [];
      }),
    async replace(rule: Rule, replacements: Replacements): Promise<string[]> {
      const before = await all(rule);
      const after = before.map((target) => moved(target, replacements));
      const changed = after.filter((target, index) => target !== before[index]);
      if (changed.length > 0) await put(rule, changed);
      return after.flatMap((target) => definitionOf(target) ?? []);
    },
  };
}
