import { type Matcher, refusePattern } from './matcher.ts';

type Test = (document: unknown) => boolean;

/** Selector, operators, parentheses, and values: quoted, %regex% or bare. */
const tokenSyntax =
  /\s*(?:(\$(?:\.[\w@-]+|\[\d+\]|\[(?:'[^']*'|"[^"]*")\])+)|(&&|\|\||!=|<=|>=|[()=<>])|("(?:[^"\\]|\\.)*")|([^\s()=<>&|!"]+))/y;

interface Token {
  kind: 'selector' | 'operator' | 'string' | 'word';
  text: string;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; source.slice(at).trim() !== ''; at = tokenSyntax.lastIndex) {
    tokenSyntax.lastIndex = at;
    const found = tokenSyntax.exec(source);
    if (!found) refusePattern(`cannot read it from "${source.slice(at).trim()}"`);
    const [, selector, operator, string, word = ''] = found;
    if (selector !== undefined) tokens.push({ kind: 'selector', text: selector });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
    else if (string !== undefined) tokens.push({ kind: 'string', text: string.slice(1, -1).replace(/\\(.)/g, '$1') });
    else tokens.push({ kind: 'word', text: word });
  }
  return tokens;
}

function select(selector: string, document: unknown): unknown {
  const steps = [...selector.matchAll(/\.([\w@-]+)|\[(\d+)\]|\[['"]([^'"]*)['"]\]/g)].map(
    ([, name, index, quoted]) => name ?? index ?? quoted ?? '',
  );
  let value: unknown = document;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

export function compareNumbers(operator: string, left: unknown, right: number): boolean {
  const number = typeof left === 'number' ? left : Number.NaN;
  switch (operator) {
    case '=':
      return number === right;
    case '!=':
      return number !== right;
    case '<':
      return number < right;
    case '<=':
      return number <= right;
    case '>':
      return number > right;
    default:
      return number >= right;
  }
}

/** Text with `*` for any characters, or `%regex%`. */
function textMatcher({ kind, text }: Token): RegExp {
  const regex = kind === 'word' ? /^%(.+)%$/.exec(text)?.[1] : undefined;
  try {
    return new RegExp(regex ?? `^${text.split('*').map(escapeRegex).join('.*')}$`, 's');
  } catch {
    return refusePattern(`${text} is not a regular expression`);
  }
}

export function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function comparison(selector: string, operator: string, value: Token): Test {
  const number = value.kind === 'word' ? Number(value.text) : Number.NaN;
  if (!Number.isNaN(number))
    return (document) => {
      const found = select(selector, document);
      return found !== undefined && compareNumbers(operator, found, number);
    };
  if (operator !== '=' && operator !== '!=') refusePattern(`${operator} compares numbers, not ${value.text}`);
  const matcher = textMatcher(value);
  return (document) => {
    const found = select(selector, document);
    if (found === undefined || typeof found === 'object') return false;
    return matcher.test(String(found)) === (operator === '=');
  };
}

/** A recursive-descent parser over the tokens: `||` binds weaker than `&&`. */
function createParser(tokens: Token[]) {
  let at = 0;
  const take = (text: string): boolean => {
    const hit = tokens[at]?.text.toUpperCase() === text && tokens[at]?.kind !== 'string';
    if (hit) at++;
    return hit;
  };
  const next = (): Token => tokens[at++] ?? refusePattern('it ends too early');

  function any(): Test {
    const parts = [all()];
    while (take('||')) parts.push(all());
    return (document) => parts.some((part) => part(document));
  }
  function all(): Test {
    const parts = [one()];
    while (take('&&')) parts.push(one());
    return (document) => parts.every((part) => part(document));
  }
  function one(): Test {
    if (take('(')) {
      const inner = any();
      if (!take(')')) refusePattern('a parenthesis is not closed');
      return inner;
    }
    const selector = next();
    if (selector.kind !== 'selector') refusePattern(`expected a selector such as $.level, found ${selector.text}`);
    return condition(selector.text);
  }
  function condition(selector: string): Test {
    if (take('NOT'))
      return take('EXISTS') ? (d) => select(selector, d) === undefined : refusePattern('NOT needs EXISTS');
    if (take('IS')) {
      const wanted = ({ NULL: null, TRUE: true, FALSE: false } as Record<string, unknown>)[next().text.toUpperCase()];
      if (wanted === undefined) refusePattern('IS needs NULL, TRUE or FALSE');
      return (document) => select(selector, document) === wanted;
    }
    const operator = next();
    if (!/^(=|!=|<=|>=|<|>)$/.test(operator.text)) refusePattern(`${operator.text} is not an operator`);
    return comparison(selector, operator.text, next());
  }
  return { any, done: () => at === tokens.length };
}

/** `{ $.level = "error" && ($.code >= 500 || $.code NOT EXISTS) }` as a function; what is not JSON never matches. */
export function parseJsonPattern(pattern: string): Matcher {
  if (!pattern.endsWith('}')) refusePattern('it starts with { and does not end with }');
  const parser = createParser(tokenize(pattern.slice(1, -1)));
  const test = parser.any();
  if (!parser.done()) refusePattern('there is text after the condition');
  return (message) => {
    try {
      return test(JSON.parse(message));
    } catch {
      return false;
    }
  };
}
