import type { SyntaxProblem } from './yaml-syntax.ts';

export const commentedOut = {
  message: '`#` begins a comment here: it and what follows is not read',
  write: 'put the value in quotes, as in "#deployments"',
};

/** Up to a `#` after an open bracket, outside of quotes. */
const swallowing = /^(?:[^#'"\n]|'[^'\n]*'|"[^"\n]*")*[[{](?:[^#'"\n]|'[^'\n]*'|"[^"\n]*")*[:,[{]\s+(?=#\S)/;

/** What stands behind `{ channel: #deploys }`, where the comment takes the bracket along, has nothing wrong itself. */
export function blamingComment(text: string, problem: SyntaxProblem): SyntaxProblem {
  let [end, offset] = [0, -1];
  for (const line of text.slice(0, problem.offset).split('\n')) {
    const [before] = swallowing.exec(line) ?? [];
    if (before !== undefined) offset = end + before.length;
    end += line.length + 1;
  }
  return offset < 0 ? problem : { offset, ...commentedOut };
}

/** Of a line from its key on: whether its value is a comment, `channel: #deploys`. */
export const isCommentedOut = (line: string): boolean => /^[\w-]+:\s+#\S/.test(line);
