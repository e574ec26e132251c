import type { RegistryScanningRule, ScanFrequency, ScanStatus } from '@aws-sdk/client-ecr';
import type { ImageScan } from '../../service.ts';
import { readManifest } from '../manifest-json.ts';
import { platformOf } from '../platforms.ts';
import type { Registry } from '../registries.ts';
import type { StoredImage, StoredRepository } from '../repositories.ts';
import type { ContentStore } from '../store.ts';
import type { Counts, ScanRecord } from './scan-record.ts';

/** A scanning filter's `*` stands for any characters: ScanningRepositoryFilter in the model. */
function matches(filter: string, name: string): boolean {
  const source = filter.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\/-]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(name);
}

/** How often a repository's images are scanned, and the registry's filters that say so. */
export function scanningOf({ scanning }: Registry, { repository }: StoredRepository) {
  const applied = scanning.rules.flatMap(({ scanFrequency, repositoryFilters = [] }: RegistryScanningRule) =>
    repositoryFilters
      .filter(({ filter = '' }) => matches(filter, repository.repositoryName))
      .map((filter) => ({ frequency: scanFrequency as ScanFrequency, filter })),
  );
  const byRepository =
    scanning.scanType === 'BASIC' && repository.imageScanningConfiguration?.scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL';
  const frequency = applied.some((rule) => rule.frequency === 'CONTINUOUS_SCAN')
    ? 'CONTINUOUS_SCAN'
    : (applied[0]?.frequency ?? byRepository);
  return { frequency: frequency as ScanFrequency, filters: applied.map(({ filter }) => filter) };
}

/** Neither kind scans an index; its images are scanned as they are pushed (docs: image scanning, limits). */
export function isScannable(image: StoredImage): boolean {
  return readManifest(image).manifests === undefined;
}

/** What the image's folder says of its scan, for the image's own platform. */
export function scanOf(image: StoredImage, store: ContentStore): ImageScan {
  const manifest = readManifest(image);
  const content = store.find(manifest.layers?.[0]?.digest);
  // An attestation has no packages to look at; an image without local content is found clean.
  if (manifest.layers?.some(({ mediaType }) => mediaType?.includes('in-toto'))) return { status: 'UNSUPPORTED_IMAGE' };
  const { platforms, ...scan } = content?.manifest.scan ?? {};
  return { ...scan, ...platforms?.[platformOf(manifest, store) ?? ''] };
}

export type ScanEnd = { kind: 'found'; status: ScanStatus; counts: Counts } | { kind: 'none'; status: ScanStatus };

/** With which status and counts a scan ends. Basic scanning knows an unsupported image as a failed scan. */
export function decideScanEnd(kind: ScanRecord['kind'], { status, findings = {} }: ImageScan): ScanEnd {
  if (status) return { kind: 'none', status: kind === 'basic' && status === 'UNSUPPORTED_IMAGE' ? 'FAILED' : status };
  const found = Object.entries(findings).filter(([, count]) => count > 0);
  if (kind === 'basic') return { kind: 'found', status: 'COMPLETE', counts: Object.fromEntries(found) };
  const named = found.map(([severity, count]) => [severity === 'UNDEFINED' ? 'UNTRIAGED' : severity, count]);
  return { kind: 'found', status: 'ACTIVE', counts: Object.fromEntries(named) };
}
