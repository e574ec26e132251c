import { mentionsInWords, understandsMention } from '../../notify/routes/mentions.ts';
import type { ChannelType } from '../config.ts';
import type { Finding, Path } from '../problem.ts';
import type { CheckInput } from './check.ts';
import { listOf, type RouteDraft } from './route-draft.ts';

/** Each mention is in the terms of one of the route's channels, and the route has news that calls somebody. */
export function checkRouteMentions({ mentions = [], when, to }: RouteDraft, path: Path, input: CheckInput): Finding[] {
  if (mentions.length === 0) return [];
  const types = listOf(to).map((name): ChannelType | undefined => input.draft.channels?.[name]?.type);
  const severities = listOf(when?.severity);
  return [
    ...(severities.length > 0 && !severities.includes('error') ? [neverCalled([...path, 'mentions'])] : []),
    // Of a channel that does not exist nobody knows what it understands.
    ...(types.includes(undefined)
      ? []
      : mentions.flatMap((mention, i) => checkMention(mention, types as ChannelType[], [...path, 'mentions', i]))),
  ];
}

const neverCalled = (path: Path): Finding => ({
  path,
  message: 'are only for news of severity error, which this route does not take',
  write: 'remove them, or take errors too',
});

function checkMention(mention: string | undefined, types: readonly ChannelType[], path: Path): Finding[] {
  if (mention === undefined || types.some((type) => understandsMention(type, mention))) return [];
  const forms = [...new Set(types.flatMap((type) => mentionsInWords(type) ?? []))];
  if (forms.length === 0) {
    const message = `none of the route's channels can call anybody: ${[...new Set(types)].join(', ')}`;
    return [{ path, message, write: 'remove `mentions`, or write a route of its own for slack, discord or teams' }];
  }
  return [
    {
      path,
      message: "is no mention that one of the route's channels understands",
      write: `write ${forms.join('; or ')}`,
    },
  ];
}
