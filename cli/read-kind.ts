import { nearestName } from '../shared/config/nearest.ts';
import { type NewsKind, newsKinds } from '../shared/notify/news-kind.ts';
import { UsageError } from './command.ts';

/** @throws UsageError naming all there are */
export function readKind(written: string | undefined): NewsKind {
  const kind = newsKinds.find((known) => known === written);
  if (kind) return kind;
  throw new UsageError(`${problemWith(written)} There are: ${newsKinds.join(', ')}`);
}

function problemWith(written: string | undefined): string {
  if (written === undefined) return 'which kind of news?';
  const nearest = nearestName(written.slice(0, 100), newsKinds);
  return `--kind ${written} is no kind of news${nearest ? `; did you mean ${nearest}?` : '.'}`;
}
