import { cleaned } from '../shared/core/cleaned.ts';
import type { Terminal } from './command.ts';

const ESC = '\x1b';
const COLOUR = new RegExp(String.raw`(${ESC}\[[\d;:]*m)`);
const endOfColour = `${ESC}[0m`;

/** What a run printed, as a terminal may show it: with its colours, and nothing that moves, clears, renames or hides. */
function coloured(line: string): string {
  const parts = line.split(COLOUR).map((part, index) => (index % 2 === 1 ? part : cleaned(part)));
  return parts.join('') + (parts.length > 1 ? endOfColour : '');
}

/**
 * The terminal, which no text of a script, a user or AWS can give orders: what a command says is cleaned, and so is what
 * a run printed if a person reads it. In a pipe that goes through as it was.
 */
export function safeTerminal(terminal: Terminal): Terminal {
  const { out, error, isTTY } = terminal;
  return {
    ...terminal,
    out: (line) => out(cleaned(line)),
    error: (line) => error(cleaned(line)),
    log: isTTY ? (line) => out(coloured(line)) : out,
  };
}

/**
 * JSON of one line, or of several with `indent`; where it has what `cleaned` takes away, that is escaped, so it reads
 * back as it was.
 */
export function jsonText(value: unknown, { replacer, indent }: JsonOptions = {}): string {
  const text = JSON.stringify(value, replacer, indent);
  if (cleaned(text) === text) return text;
  return text.replace(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

interface JsonOptions {
  replacer?: (key: string, value: unknown) => unknown;
  indent?: number;
}
