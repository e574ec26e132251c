import type { ParamConfig } from './config.ts';

type Kind = Pick<ParamConfig, 'type' | 'items'>;

/**
 * A value from the text of a command line or of another job's output: `5` for a whole number, `true`, `a,b` or
 * `["a","b"]` for a list. What does not fit stays text, so that checkParams says what is wrong with it.
 */
export function paramFromText({ type, items = 'string' }: Kind, text: string): unknown {
  switch (type) {
    case 'number':
    case 'integer':
      return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'list':
      return listFromText(items, text);
    case 'string':
    case 'date':
    case 'duration':
      return text;
    default:
      return type satisfies never;
  }
}

function listFromText(items: NonNullable<ParamConfig['items']>, text: string): unknown {
  if (text.startsWith('[')) return jsonList(text) ?? text;
  return text === '' ? [] : text.split(',').map((item) => paramFromText({ type: items }, item.trim()));
}

function jsonList(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
