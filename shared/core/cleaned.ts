/** Colours, cursor moves, titles and links for a terminal: ECMA-48's control sequences and strings, and lone escapes. */
const TERMINAL = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -\/]*[@-~]`,
    String.raw`(?:\x1b[\]P^_X]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f\n]*(?:\x07|\x1b\\|\x9c)`,
    String.raw`\x1b[ -\/]*[0-~]`,
  ].join('|'),
  'g',
);
const LINE_ENDS = /\r\n?|[\x85\u2028\u2029]/g;
const CONTROLS = /[\p{Cc}--[\n\t]]/gv;
/**
 * Shown as nothing, or turning the order of what is shown: bidirectional marks and overrides, zero-width characters,
 * blank fillers, tags and interlinear marks (Unicode's Default_Ignorable_Code_Point and U+FFF9–FFFB). What shapes an
 * emoji stays, and joiners where a script or an emoji needs them.
 */
const INVISIBLE =
  /[[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]--[\ufe0e\ufe0f\u200c\u200d]]|(?<![\p{Emoji}\p{M}\p{Script=Arabic}])[\u200c\u200d]/gv;
/** More marks on one letter than any language has. */
const STACKED = /(\p{M}{4})\p{M}+/gu;
const UNREADABLE = /\ufffd{2,}/g;

/**
 * Text as people may read it: without control characters but `\n` and `\t`, terminal sequences, and what hides or
 * turns text. Binary becomes one `\ufffd` for each run. Linear.
 */
export function cleaned(text: string): string {
  return text
    .toWellFormed()
    .replace(TERMINAL, '')
    .replace(LINE_ENDS, '\n')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .replace(STACKED, '$1')
    .replace(UNREADABLE, '\ufffd');
}
