import { expect, test } from 'vitest';
import { jsonText, safeTerminal } from '../../cli/safe-terminal.ts';

function screen(isTTY: boolean) {
  const seen: string[] = [];
  const write = (line: string) => void seen.push(line);
  return { seen, ...safeTerminal({ out: write, error: write, isTTY }) };
}

test.each([
  ['clears the screen', 'a\x1b[2Jb', 'ab'],
  ['names the window', 'a\x1b]0;owned\x07b', 'ab'],
  ['writes to the clipboard', 'a\x1b]52;c;cm0=\x1b\\b', 'ab'],
  ['goes back over the line', 'a\rb\bc', 'a\nbc'],
  ['is an escape of eight bits', 'a\x9b2Jb', 'ab'],
  ['turns what is read', 'a\u202eb', 'ab'],
])('what %s does not reach a person', (_what, text, shown) => {
  const { seen, out, error, log } = screen(true);
  for (const write of [out, error]) write(text);
  log?.(text);
  expect(seen).toEqual([shown, shown, shown]);
});

test('of what a run printed a person sees the colours, which end with the line', () => {
  const { seen, out, log } = screen(true);
  log?.('\x1b[1;31mred\x1b[0m and \x1b[38:5:1m\x1b[2Jmore');
  out('\x1b[31mred');
  expect(seen).toEqual(['\x1b[1;31mred\x1b[0m and \x1b[38:5:1mmore\x1b[0m', 'red']);
});

test('a pipe gets what a run printed as it was', () => {
  const { seen, log } = screen(false);
  log?.('a\x1b[2J\rb');
  expect(seen).toEqual(['a\x1b[2J\rb']);
});

test.each([['plain'], ['ü 日本 👩‍👧'], ['\x9b2J\u202e\x7f\r\n'], ['lone \ud800']])(
  'JSON of %j reads back as it was',
  (text) => {
    const { seen, out } = screen(true);
    const value = { [text]: [text] };
    out(jsonText(value));
    out(jsonText(value, { indent: 2 }));
    expect(seen.map((json) => JSON.parse(json))).toEqual([value, value]);
  },
);

test('JSON stays readable where nothing in it is unsafe', () => expect(jsonText('ü 日本')).toBe('"ü 日本"'));
