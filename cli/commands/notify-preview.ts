import { parseArgs } from 'node:util';
import { InvalidConfiguration } from '../../build/configuration.ts';
import type { ChannelType } from '../../shared/config/config.ts';
import { toInstant } from '../../shared/core/time.ts';
import { channelOf } from '../../shared/notify/channels/channels.ts';
import { renderSns } from '../../shared/notify/channels/sns.ts';
import type { Message } from '../../shared/notify/message.ts';
import { mentionsInWords, understandsMention } from '../../shared/notify/routes/mentions.ts';
import { sampleMessage } from '../../shared/notify/samples/samples.ts';
import { type Command, UsageError } from '../command.ts';
import { readKind } from '../read-kind.ts';
import { jsonText } from '../safe-terminal.ts';
import { type SampleChannel, sampleChannel } from '../sample-channel.ts';

const options = {
  kind: { type: 'string' },
  channel: { type: 'string' },
  mentions: { type: 'string' },
  config: { type: 'string', default: 'batuta.yml' },
  json: { type: 'boolean', default: false },
} as const;

export const notifyPreview: Command = {
  synopsis: '--kind KIND --channel NAME|TYPE [--mentions WHOM,…] [--config FILE] [--json]',
  summary: 'what a channel would be sent of a sample of that kind, to the letter; calls nobody and needs no API',
  run: async (args, terminal) => {
    const { values } = parseArgs({ args, options });
    const kind = readKind(values.kind);
    try {
      const sample = sampleChannel(channelIn(values.channel), values.config);
      const mentions = readMentions(sample.channel.type, values.mentions);
      const message = sampleMessage(kind, toInstant(Date.now()));
      if (mentions.length > 0 && message.severity !== 'error')
        terminal.error(`nobody is called: only news of severity error does that, and this is ${message.severity}`);
      const called = message.severity === 'error' ? mentions : [];
      for (const line of preview(sample, message, called, values.json)) terminal.out(line);
      return 0;
    } catch (caught) {
      if (!(caught instanceof InvalidConfiguration)) throw caught;
      terminal.error(caught.message);
      return 1;
    }
  },
};

function channelIn(written: string | undefined): string {
  if (written !== undefined) return written;
  throw new UsageError(
    'which channel? --channel takes the name of one of batuta.yml, or a type such as slack or email',
  );
}

function readMentions(type: ChannelType, text = ''): string[] {
  const mentions = text.split(/[\s,]+/).filter(Boolean);
  const wrong = mentions.find((mention) => !understandsMention(type, mention));
  if (wrong === undefined) return mentions;
  const known = mentionsInWords(type);
  throw new UsageError(`--mentions ${wrong}: ${known ? `${type} calls ${known}` : `${type} can call nobody`}`);
}

/** The payload as pretty JSON; of a topic's e-mail and SMS the texts. */
function preview({ channel, only }: SampleChannel, message: Message, mentions: readonly string[], json: boolean) {
  if (channel.type === 'sns' && !json) return textsOf(message, only);
  const payload = channelOf(channel).render({ message, mentions }, channel);
  if (payload === null && !json) return ['nothing: PagerDuty is told of troubles and of their end only'];
  return jsonText(payload, { indent: 2 }).split('\n');
}

function textsOf(message: Message, only: SampleChannel['only']): string[] {
  const { subject, message: texts } = renderSns(message);
  const email = [`Subject: ${subject}`, '', ...texts.email.split('\n')];
  if (only === 'email') return email;
  return only === 'sms' ? [texts.sms] : [...email, '', 'As SMS:', texts.sms];
}
