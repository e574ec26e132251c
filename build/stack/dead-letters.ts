import { arnOf, pascal, type Resources, sub, type Value } from './policy.ts';

const FOURTEEN_DAYS_SECONDS = 1_209_600;

/**
 * A queue per function for events that Lambda gave up on (onError) or EventBridge could not deliver,
 * and one policy that lets our rules, and no one else's, write to them.
 */
export function deadLetterResources(functionNames: readonly string[], stack: string): Resources {
  const queues = functionNames.map((name) => [
    `${pascal(name)}DeadLetters`,
    {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: `${stack}-${name}-dead-letters`, MessageRetentionPeriod: FOURTEEN_DAYS_SECONDS },
    },
  ]);
  return {
    ...Object.fromEntries(queues),
    DeadLettersPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: functionNames.map((name) => ({ Ref: `${pascal(name)}DeadLetters` })),
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: functionNames.map((name) => ({
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: arnOf(`${pascal(name)}DeadLetters`),
            // Rules of the default bus are rule/NAME, those of our own rule/BUS/NAME.
            Condition: {
              ArnLike: {
                'aws:SourceArn': sub(`arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/${stack}*`),
              },
            },
          })),
        },
      },
    },
  };
}

/** The URLs of all dead-letter queues, joined by commas: those of the functions, and Scheduler's. */
export function deadLetterUrls(functionNames: readonly string[]): Value {
  const queues = [...functionNames.map((name) => `${pascal(name)}DeadLetters`), 'ScheduleDeadLetters'];
  return { 'Fn::Join': [',', queues.map((queue) => ({ Ref: queue }))] };
}
