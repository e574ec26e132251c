import { nearestName } from '../shared/config/nearest.ts';
import { type NewsKind, newsKinds } from '../shared/notify/news-kind.ts';
import { UsageError } from './command.ts';

/** @throws UsageError naming all there are */
export function readKind(written: string | undefined): NewsKind {
  const kind = newsKinds.find((known) => known === written);
  if (kind) return kind;
  const nearest = nearestName(written?.slice(0, 100) ?? '', newsKinds);
  const problem = written === undefined ? 'which kind of news?' : `--kind ${written} is no kind of news`;
  throw new UsageError(`${problem}${nearest ? `; did you mean ${nearest}?` : ''} There are: ${newsKinds.join(', ')}`);
}
