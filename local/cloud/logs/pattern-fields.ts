import { type Matcher, refusePattern } from './matcher.ts';
import { compareNumbers, escapeRegex } from './pattern-json.ts';

type Field = (value: string) => boolean;

/** The words of a line; what stands in quotes or brackets is one word: `- [10/Oct/2026:13:25:15] "GET /" 200`. */
function words(message: string): string[] {
  return [...message.matchAll(/"([^"]*)"|\[([^\]]*)\]|(\S+)/g)].map(
    ([, quoted, bracketed, word]) => quoted ?? bracketed ?? word ?? '',
  );
}

function condition(text: string): Field {
  const [, operator = '', value = ''] = /^[\w$]+\s*(!=|<=|>=|=|<|>)\s*(.+)$/s.exec(text) ?? [];
  if (operator === '') {
    if (!/^[\w$]*$/.test(text)) refusePattern(`cannot read the field ${text}`);
    return () => true;
  }
  const number = value.startsWith('"') ? Number.NaN : Number(value);
  if (!Number.isNaN(number)) return (word) => word !== '' && compareNumbers(operator, Number(word), number);
  if (operator !== '=' && operator !== '!=') refusePattern(`${operator} compares numbers, not ${value}`);
  const bare = value.replace(/^"(.*)"$/s, '$1');
  const matcher = new RegExp(`^${bare.split('*').map(escapeRegex).join('.*')}$`, 's');
  return (word) => matcher.test(word) === (operator === '=');
}

function field(text: string): Field {
  const any = text.split('||').map((part) => part.split('&&').map((each) => condition(each.trim())));
  return (word) => any.some((all) => all.every((holds) => holds(word)));
}

/**
 * `[ip, user, ..., status = 5*]`: one field per word of the line, `...` for any number of them.
 * A line with more or fewer words does not match.
 */
export function parseFieldsPattern(pattern: string): Matcher {
  if (!pattern.endsWith(']')) refusePattern('it starts with [ and does not end with ]');
  const texts = pattern
    .slice(1, -1)
    .split(',')
    .map((text) => text.trim());
  const gap = texts.indexOf('...');
  if (gap >= 0 && texts.lastIndexOf('...') !== gap) refusePattern('it has more than one ellipsis');
  const head = texts.slice(0, gap < 0 ? undefined : gap).map(field);
  const tail = gap < 0 ? [] : texts.slice(gap + 1).map(field);
  return (message) => {
    const found = words(message);
    const fits = gap < 0 ? found.length === head.length : found.length >= head.length + tail.length;
    const end = found.slice(found.length - tail.length);
    return (
      fits &&
      head.every((holds, index) => holds(found[index] ?? '')) &&
      tail.every((holds, index) => holds(end[index] ?? ''))
    );
  };
}
