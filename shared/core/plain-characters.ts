// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const terminalCodes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g;
/** What steers a terminal or turns the direction of text, and is no text; tabs and line breaks stay. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Text without colours, other terminal codes, marks of direction and broken characters; line breaks are `\n`. */
export const plainCharacters = (text: string): string =>
  text.toWellFormed().replace(/\r\n?/g, '\n').replace(terminalCodes, '').replace(steering, '');
