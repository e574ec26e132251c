import {
  EventBridgeClient,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { type AwsConnection, call } from './connection.ts';
import { allPages } from './pages.ts';

/** The rules of all buses and the schedules of all groups, by the task definitions that they run. */
export function scheduledRevisionUsers(aws: AwsConnection) {
  const events = new EventBridgeClient(aws);
  const scheduler = new SchedulerClient(aws);
  const targets = (EventBusName: string, Rule: string) =>
    allPages(async (NextToken) => {
      const page = await call('ListTargetsByRule', () =>
        events.send(new ListTargetsByRuleCommand({ EventBusName, Rule, NextToken })),
      );
      return { items: page.Targets, next: page.NextToken };
    });
  const rules = (EventBusName: string, TargetArn: string) =>
    allPages(async (NextToken) => {
      const page = await call('ListRuleNamesByTarget', () =>
        events.send(new ListRuleNamesByTargetCommand({ EventBusName, TargetArn, NextToken })),
      );
      return { items: page.RuleNames, next: page.NextToken };
    });
  return {
    /** Names. @throws AwsCallFailed, as each of these */
    buses: () =>
      allPages(async (NextToken) => {
        const page = await call('ListEventBuses', () => events.send(new ListEventBusesCommand({ NextToken })));
        return { items: page.EventBuses?.map(({ Name = '' }) => Name), next: page.NextToken };
      }),
    /** An ECS target's ARN is its cluster's. */
    async ofRules(bus: string, clusterArn: string): Promise<string[]> {
      const found: (string | undefined)[] = [];
      for (const rule of await rules(bus, clusterArn))
        found.push(...(await targets(bus, rule)).map(({ EcsParameters }) => EcsParameters?.TaskDefinitionArn));
      return found.filter((arn) => arn !== undefined);
    },
    /** Of ECS targets, and of universal targets that call ECS: those name it in their input. */
    async ofSchedules(): Promise<string[]> {
      const schedules = await allPages(async (NextToken) => {
        const page = await call('ListSchedules', () =>
          scheduler.send(new ListSchedulesCommand({ MaxResults: 100, NextToken })),
        );
        return { items: page.Schedules, next: page.NextToken };
      });
      const found: string[] = [];
      for (const { Name, GroupName } of schedules.filter(({ Target }) => /:ecs:/.test(Target?.Arn ?? ''))) {
        const { Target } = await call('GetSchedule', () => scheduler.send(new GetScheduleCommand({ Name, GroupName })));
        const named = Target?.EcsParameters?.TaskDefinitionArn;
        found.push(...(named ? [named] : []), ...(Target?.Input?.match(/[\w-]+:\d+(?=")/g) ?? []));
      }
      return found;
    },
  };
}
