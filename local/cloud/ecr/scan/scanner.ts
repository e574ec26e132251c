import type { Clock } from '../../../clock.ts';
import type { OutgoingEvent } from '../../service.ts';
import type { Registry } from '../registries.ts';
import type { StoredImage, StoredRepository } from '../repositories.ts';
import type { ContentStore } from '../store.ts';
import { decideScanEnd, isScannable, scanningOf, scanOf } from './decide-scan.ts';
import { basicScanned, findingCreated, initialScanComplete } from './events.ts';
import { enhancedFindings, type Scanned } from './findings.ts';
import type { ScanRecord } from './scan-record.ts';

const usualSeconds = 2;

/** As the ECR user guide shows them, or near enough where it does not. */
const descriptions: Record<string, string> = {
  COMPLETE: 'The scan was completed successfully.',
  ACTIVE: 'Continuous scan is selected for image.',
  FAILED: 'UnsupportedImageError: The operating system and/or package manager are not supported.',
};

/** Scans images: by hand and on push. */
export function createScanner(ports: { clock: Clock; emit: (event: OutgoingEvent) => void; store: ContentStore }) {
  const { clock, emit, store } = ports;
  const pending = new Set<() => void>();

  function end(scanned: Scanned, scan: ScanRecord): void {
    const { image } = scanned;
    const ended = decideScanEnd(scan.kind, scanOf(image, store));
    const description = descriptions[ended.status];
    Object.assign(scan, { status: ended.status, ...(description && { description }) });
    if (ended.kind === 'found') Object.assign(scan, { counts: ended.counts, completedAt: new Date(clock.now()) });
    if (scan.kind === 'basic') basicScanned(emit, scanned, scan);
    // Of an image that Inspector cannot scan no event is documented.
    if (scan.kind === 'basic' || !scan.completedAt) return;
    for (const finding of enhancedFindings(scanned, store, scan.completedAt)) findingCreated(emit, scanned, finding);
    initialScanComplete(emit, scanned, scan);
  }

  function begin(scanned: Scanned): ScanRecord {
    const { registry, stored, image } = scanned;
    const kind = registry.scanning.scanType === 'ENHANCED' ? 'enhanced' : 'basic';
    const status = kind === 'basic' ? 'IN_PROGRESS' : 'PENDING';
    const scan: ScanRecord = { kind, status, startedMs: clock.now(), counts: {} };
    image.scan = scan;
    const { never = false, delaySeconds = usualSeconds } = scanOf(image, store);
    if (never) return scan;
    const cancel = clock.setTimer(delaySeconds * 1000, () => {
      pending.delete(cancel);
      if (stored.images.get(image.digest) === image && image.scan === scan) end(scanned, scan);
    });
    pending.add(cancel);
    return scan;
  }

  return {
    begin,
    /** Where the repository's images are scanned without being asked for. */
    onPush(registry: Registry, stored: StoredRepository, image: StoredImage): void {
      if (isScannable(image) && scanningOf(registry, stored).frequency !== 'MANUAL') begin({ registry, stored, image });
    },
    close(): void {
      for (const cancel of pending) cancel();
    },
  };
}

export type Scanner = ReturnType<typeof createScanner>;
