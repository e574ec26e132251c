import type { DiscordPayload } from '../../shared/notify/channels/discord-render.ts';

const length = (text: unknown, most: number, where: string, least = 1): string[] => {
  const is = typeof text === 'string' ? text.trim().length : -1;
  return is < least || (text as string).length > most ? [`${where}: ${is} is not ${least} to ${most}`] : [];
};

/** What Discord would find wrong with a message, by its documented limits. */
export function discordErrors({ content, embeds, allowed_mentions: allowed }: DiscordPayload): string[] {
  const total = embeds
    .flatMap(({ title, description, footer, fields = [] }) => [
      title,
      description,
      footer?.text,
      ...fields.flatMap(({ name, value }) => [name, value]),
    ])
    .reduce((sum, text = '') => sum + text.length, 0);
  return [
    ...length(content, 2000, 'content', 0),
    ...(embeds.length > 10 ? ['embeds: more than 10'] : []),
    ...(content === '' && embeds.length === 0 ? ['cannot send an empty message'] : []),
    ...(total > 6000 ? [`embeds: ${total} is more than 6000`] : []),
    ...embeds.flatMap(({ title, description, footer, fields = [], timestamp }, index) => [
      ...(title === undefined ? [] : length(title, 256, `${index}.title`)),
      ...(description === undefined ? [] : length(description, 4096, `${index}.description`)),
      ...(footer === undefined ? [] : length(footer.text, 2048, `${index}.footer`)),
      ...(fields.length > 25 ? [`${index}.fields: more than 25`] : []),
      ...fields.flatMap(({ name, value }) => [
        ...length(name, 256, `${index}.name`),
        ...length(value, 1024, `${index}.value`),
      ]),
      ...(timestamp === undefined || Number.isFinite(Date.parse(timestamp)) ? [] : [`${index}.timestamp`]),
    ]),
    ...(allowed.users.length > 100 || allowed.roles.length > 100 ? ['allowed_mentions: more than 100'] : []),
  ];
}
