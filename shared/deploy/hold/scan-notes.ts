import { type ScannedImage, severityCounts } from '../../events/image-scan.ts';
import type { Cache } from '../../store/cache.ts';

type SeverityCounts = Readonly<Record<string, number>>;

/** What the events of finished scans said they found, by repository and digest, for as long as a hold may last. */
export interface ScanNotes {
  get(repository: string, digest: string): Promise<SeverityCounts | undefined>;
  note(scanned: ScannedImage): Promise<void>;
}

const keptMs = 30 * 86_400_000;
const keyOf = (repository: string, digest: string) => `scan#${repository}@${digest}`;

export const scanNotes = (cache: Cache): ScanNotes => ({
  async get(repository, digest) {
    const text = await cache.get(keyOf(repository, digest));
    return text === undefined ? undefined : severityCounts(JSON.parse(text));
  },
  async note({ repository, digest, counts }) {
    if (counts) await cache.set(keyOf(repository, digest), JSON.stringify(counts), keptMs);
  },
});
