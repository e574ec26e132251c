/** docs.slack.dev "Text object": `verbatim` keeps Slack from making links and mentions of its own from plain text. */
type Mrkdwn = { type: 'mrkdwn'; text: string; verbatim: true };
type Plain = { type: 'plain_text'; text: string; emoji: false };

interface Button {
  type: 'button';
  text: Plain;
  url: string;
  /** Slack wants one that no other element of the message has. */
  action_id: string;
}

/** The blocks of Block Kit that are used here, with the limits that docs.slack.dev gives them. */
export type SlackBlock =
  | { type: 'header'; text: Plain }
  | { type: 'section'; text: Mrkdwn }
  | { type: 'section'; fields: readonly Mrkdwn[] }
  | { type: 'context'; elements: readonly Mrkdwn[] }
  | { type: 'actions'; elements: readonly Button[] };

const plain = (text: string): Plain => ({ type: 'plain_text', text, emoji: false });
const mrkdwn = (text: string): Mrkdwn => ({ type: 'mrkdwn', text, verbatim: true });

/** Each takes text that is already escaped and within its limit: 150, 3000, 10 × 2000; 25 buttons of 75 with URLs of 3000. */
export const header = (text: string): SlackBlock => ({ type: 'header', text: plain(text) });
export const section = (text: string): SlackBlock => ({ type: 'section', text: mrkdwn(text) });
export const fields = (texts: readonly string[]): SlackBlock => ({ type: 'section', fields: texts.map(mrkdwn) });
export const context = (text: string): SlackBlock => ({ type: 'context', elements: [mrkdwn(text)] });
export const buttons = (links: readonly { label: string; url: string }[]): SlackBlock => ({
  type: 'actions',
  elements: links.map(({ label, url }, index) => ({
    type: 'button',
    text: plain(label),
    url,
    action_id: `link-${index + 1}`,
  })),
});

/**
 * Slack refuses a message whose blocks are too long together (`msg_blocks_too_long`); it documents 12 000 characters
 * for some, and people measured a little more for all (slackapi/bolt-js#2509, #2867: what holds the text counts too).
 * So the whole body, as bytes of JSON, stays below 12 000.
 */
export const longestPayload = 11_900;

export const sizeOfBlocks = (blocks: readonly SlackBlock[]): number => Buffer.byteLength(JSON.stringify(blocks));
