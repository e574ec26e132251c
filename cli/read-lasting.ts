import { DURATION } from '../shared/config/duration.ts';
import { UsageError } from './command.ts';

/** How long, as `--for` takes it; undefined where it is not given. @throws UsageError */
export function readLasting(text: string | undefined): string | undefined {
  if (text === undefined || DURATION.test(text)) return text;
  throw new UsageError(
    `--for ${text} is no duration; write a whole number, at least 1, and s, m, h or d, such as 90m or 2h`,
  );
}
