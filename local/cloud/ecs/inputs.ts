import type * as model from '@aws-sdk/client-ecs';
import type { Operations } from '../service.ts';

type All = Operations<typeof model>;

/** An operation's input as the dispatcher hands it over. */
export type Input<Name extends keyof All> = Parameters<NonNullable<All[Name]>>[0];
