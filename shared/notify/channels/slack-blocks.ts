/** docs.slack.dev "Text object": `verbatim` keeps Slack from making links and mentions of its own from plain text. */
type Mrkdwn = { type: 'mrkdwn'; text: string; verbatim: true };
type Plain = { type: 'plain_text'; text: string; emoji: false };

/** The blocks of Block Kit that are used here, with the limits that docs.slack.dev gives them. */
export type SlackBlock =
  | { type: 'header'; text: Plain }
  | { type: 'section'; text: Mrkdwn }
  | { type: 'section'; fields: readonly Mrkdwn[] }
  | { type: 'context'; elements: readonly Mrkdwn[] };

const plain = (text: string): Plain => ({ type: 'plain_text', text, emoji: false });
const mrkdwn = (text: string): Mrkdwn => ({ type: 'mrkdwn', text, verbatim: true });

/** Each takes text that is already escaped and within its limit: 150, 3000, 10 × 2000. */
export const header = (text: string): SlackBlock => ({ type: 'header', text: plain(text) });
export const section = (text: string): SlackBlock => ({ type: 'section', text: mrkdwn(text) });
export const fields = (texts: readonly string[]): SlackBlock => ({ type: 'section', fields: texts.map(mrkdwn) });
export const context = (text: string): SlackBlock => ({ type: 'context', elements: [mrkdwn(text)] });
/**
 * Slack refuses a message whose blocks are too long together (`msg_blocks_too_long`); it documents 12 000 characters
 * for some, and people measured a little more for all (slackapi/bolt-js#2509, #2867: what holds the text counts too).
 * So the whole body, as bytes of JSON, stays below 12 000.
 */
export const longestPayload = 11_900;

export const sizeOfBlocks = (blocks: readonly SlackBlock[]): number => Buffer.byteLength(JSON.stringify(blocks));
