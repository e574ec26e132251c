import type { ChannelType } from '../../config/config.ts';

/**
 * How each type of channel writes whom it calls.
 * Sources: docs.slack.dev "Formatting message text"; discord.com/developers "Message Formatting" and `allowed_mentions`;
 * Adaptive Cards in Teams, "mentions": the user's id may be the principal name.
 */
const slack = /^<(!here|!channel|!everyone|@[UW][A-Z0-9]{5,}|!subteam\^S[A-Z0-9]{5,})>$/;
const forms: Partial<Record<ChannelType, { form: RegExp; inWords: string }>> = {
  slack: { form: slack, inWords: '<!here>, <!channel>, <@U0123ABCD> or <!subteam^S0123ABCD>' },
  'slack-webhook': { form: slack, inWords: '<!here>, <!channel>, <@U0123ABCD> or <!subteam^S0123ABCD>' },
  discord: {
    form: /^(@?(everyone|here)|<@[!&]?\d{17,20}>)$/,
    inWords: 'everyone, here, <@USER_ID> or <@&ROLE_ID>',
  },
  teams: {
    form: /^([^\s@<>"]+@[^\s@<>".]+(\.[^\s@<>".]+)+|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/i,
    inWords: "somebody's e-mail address",
  },
};

/** Whether a mention is in the channel's own terms; channels that call nobody understand none. */
export const understandsMention = (type: ChannelType, mention: string): boolean =>
  forms[type]?.form.test(mention) ?? false;

/** What can be written for such a channel; undefined where it can call nobody. */
export const mentionsInWords = (type: ChannelType): string | undefined => forms[type]?.inWords;
