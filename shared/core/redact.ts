import { cleaned } from './cleaned.ts';
import { cut } from './cut.ts';
import { REDACTED } from './redact-forms.ts';
import { askedAbove, namedAbove, patternsFor } from './redact-patterns.ts';
import { looksRandom } from './redact-random.ts';

/** Beyond this a line is cut before anything looks at it: what is looked for costs up to the square of a line's length. */
const longestRead = 4096;

/** One line without what looks like a secret; an opinion by pattern, not a proof. */
export function redact(line: string): string {
  const read = cleaned(line.slice(0, longestRead));
  return patternsFor(read).reduce(
    (text, [pattern, replacement]) =>
      typeof replacement === 'string' ? text.replace(pattern, replacement) : text.replace(pattern, replacement),
    read,
  );
}

/** So many lines of a text, and so much of it, are looked at. */
const mostLines = 100;
const mostRead = 16_384;

/** A text of several lines, redacted and cut to `length` characters; what is far beyond that is not even looked at. */
export function redactText(text: string, length: number): string {
  if (text.length <= longestRead && !text.includes('\n')) return cut(redactLine(text), length);
  const lines = cleaned(text.slice(0, mostRead)).split('\n').slice(0, mostLines);
  return cut(redactedTail(lines, mostLines, longestRead).join('\n'), length);
}

const redactLine = (line: string) => (isOfKey(line) ? REDACTED : redact(line));

const keyBegins = /-----BEGIN [A-Z0-9 ]*(?:PRIVATE KEY|CERTIFICATE)[A-Z ]*-----/;
const keyEnds = /-----END [A-Z0-9 ]*(?:PRIVATE KEY|CERTIFICATE)[A-Z ]*-----/;
/** A line of a key whose beginning was not read. */
const keyLine = /^\s*[A-Za-z0-9+/]{40,76}={0,2}\s*$/;
const isOfKey = (line: string) => keyBegins.test(line) || keyEnds.test(line);

/**
 * The last `count` of the lines, redacted, each at most `length` characters. Keys that go over several lines are
 * taken out whole, which is why all lines that were read are wanted.
 */
export function redactedTail(lines: readonly string[], count: number, length: number): string[] {
  const isKey = keyLines(lines);
  return lines
    .map((line, index) => (isKey[index] ? REDACTED : withoutValue(line, lines[index - 1] ?? '')))
    .slice(-count)
    .map((line) => cut(line === REDACTED ? line : redact(line), length));
}

/** Of what is written over two lines: `"name": "DB_PASSWORD",` and `"value": "…"`, or `password:` and the value alone. */
const withoutValue = (line: string, above: string) => {
  if (namedAbove.test(above)) return line.replace(/^(\s*["']?value["']?\s*[:=]\s*)\S.*$/i, `$1${REDACTED}`);
  return isValueAlone(line) && askedAbove.test(above.slice(-longestName)) ? line.replace(/\S+/, REDACTED) : line;
};

/** So much of the end of a line is looked at for a name. */
const longestName = 200;

/** One word of letters and digits, other than a path, an address, a time or a place in a file. */
const isValueAlone = (line: string) =>
  /^\s*(?=\S*\d)(?=\S*[a-z])(?![/.]|\d{4}-\d\d-|\S*:\/\/)\S{6,200}(?<![:{[(]|\.\w{1,5}:\d{1,6})\s*$/i.test(line);

function keyLines(lines: readonly string[]): boolean[] {
  let inside = false;
  return lines.map((line) => {
    const begun = keyBegins.test(line);
    const isKey = inside || begun || keyEnds.test(line) || (keyLine.test(line) && looksRandom(line.trim()));
    inside = (inside || begun) && !keyEnds.test(line);
    return isKey;
  });
}
