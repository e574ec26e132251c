import type { Finding, Path } from '../problem.ts';
import {
  type ChannelKey,
  channelExamples,
  channelKeys,
  channelTypes,
  type YamlChannelType,
} from '../schema/channel-keys.ts';
import type { Draft } from '../schema.ts';
import { checkAddress } from './channel-address.ts';
import { type Check, type CheckInput, entries } from './check.ts';

type ChannelDraft = NonNullable<NonNullable<Draft['channels']>[string]>;

/** Each channel has what its type needs, and nothing of another's. */
export const checkChannels: Check = (input) =>
  entries<ChannelDraft>(input.draft.channels, 'channels').flatMap(([, channel, path]) => {
    const { type } = channel;
    if (type === undefined) return [];
    return [
      ...checkWays(type, path, input),
      ...checkStrays(channel, type, path),
      ...checkAddress({ type, url: channel.url, allow: allowed(channel) }, [...path, 'url']),
    ];
  });

const allowed = ({ allow = [] }: ChannelDraft) => allow.filter((range) => range !== undefined);

/** Of the ways to reach it exactly one is written, and whole. */
function checkWays(type: YamlChannelType, path: Path, { given }: CheckInput): Finding[] {
  const { ways } = channelKeys[type];
  const isGiven = (key: ChannelKey) => given([...path, key]);
  const begun = ways.filter((way) => way.some(isGiven));
  const [first, second] = begun;
  if (first && second) {
    const key = second.find(isGiven) ?? '';
    const message = `there is ${inWords(first.filter(isGiven))} already, which is another way to reach it`;
    return [{ path: [...path, key], message, write: 'keep one of the two' }];
  }
  const [only] = begun.length === 0 ? ways : begun;
  if (begun.length === 0 && ways.length > 1) {
    const write = `write ${ways.map((way) => way.map(example).join(' and ')).join(', or ')}`;
    return [{ path, message: 'does not say how it is reached', write }];
  }
  return (only ?? [])
    .filter((key) => !isGiven(key))
    .map((key) => ({
      path: [...path, key],
      message: 'is missing',
      write: `write for example ${channelExamples[key]}`,
    }));
}

const inWords = (keys: readonly string[]) => keys.map((key) => `\`${key}\``).join(' and ');
const example = (key: ChannelKey) => `\`${key}: ${channelExamples[key]}\``;

/** What has a wrong shape is told already. */
function checkStrays(channel: ChannelDraft, type: YamlChannelType, path: Path): Finding[] {
  const { ways, may = [] } = channelKeys[type];
  const known = new Set([...ways.flat(), ...may]);
  return (Object.keys(channelExamples) as ChannelKey[])
    .filter((key) => !known.has(key) && channel[key] !== undefined)
    .map((key) => ({
      path: [...path, key],
      message: `says nothing about a channel of the type ${type}`,
      ...meant(key),
    }));
}

function meant(key: ChannelKey): { write: string } {
  const types = channelTypes.filter((type) => {
    const { ways, may = [] } = channelKeys[type];
    return [...ways.flat(), ...may].includes(key);
  });
  return { write: `remove it, or write ${types.map((type) => `\`type: ${type}\``).join(' or ')}` };
}
