import type { Document, YAMLError } from 'yaml';
import { blamingComment } from './yaml-comment.ts';

export interface SyntaxProblem {
  offset: number;
  message: string;
  write?: string;
}

type Explanation = Omit<SyntaxProblem, 'offset'>;

/**
 * One problem per duplicate key, and only the first other one, since the rest follow from it. yaml's own messages
 * are replaced where they quote the text, which may hold a secret.
 */
export function syntaxProblems(
  document: Document.Parsed | Document,
  text: string,
): { problems: SyntaxProblem[]; readable: boolean } {
  const duplicates = document.errors.filter((error) => error.code === 'DUPLICATE_KEY');
  const others = document.errors.filter((error) => error.code !== 'DUPLICATE_KEY').slice(0, 1);
  const tags = document.warnings.filter((warning) => warning.code === 'TAG_RESOLVE_FAILED');
  return {
    problems: [...duplicates, ...others, ...tags].map((error) => explain(error, text)),
    readable: others.length === 0,
  };
}

const unclosed: ReadonlySet<string> = new Set<YAMLError['code']>(['BAD_INDENT', 'MISSING_CHAR']);

function explain({ code, pos }: YAMLError, text: string): SyntaxProblem {
  const problem = { offset: pos[0], ...(EXPLANATIONS[code] ?? UNREADABLE) };
  return unclosed.has(code) ? blamingComment(text, problem) : problem;
}

const QUOTES: Explanation = {
  message: 'text cannot begin with this character',
  write: 'put it in quotes, as in "* * * * ? *"',
};
const UNREADABLE: Explanation = {
  message: 'this is no valid YAML',
  write: 'check the indentation, brackets and quotes here and on the line above',
};

const EXPLANATIONS: Partial<Record<YAMLError['code'], Explanation>> = {
  DUPLICATE_KEY: { message: 'this key stands here twice', write: 'keep one of the two' },
  BAD_ALIAS: { message: '`*` begins an alias here, and there is none of that name', write: QUOTES.write ?? '' },
  BAD_SCALAR_START: QUOTES,
  TAB_AS_INDENT: { message: 'a tab cannot indent YAML', write: 'use spaces' },
  MULTIPLE_DOCS: { message: 'a second YAML document begins here', write: 'keep one document per file' },
  NON_STRING_KEY: { message: 'a key must be plain text' },
  MISSING_CHAR: { message: 'a closing quote, bracket or colon is missing', write: 'add it' },
  BAD_INDENT: { message: 'the indentation does not fit, or a bracket is not closed', write: 'indent by two spaces' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second `key: value` stands on this line',
    write: 'begin a new line, or use quotes',
  },
  TAG_RESOLVE_FAILED: { message: 'tags such as !Ref are not known here', write: 'write the value itself' },
};
