import type { EnhancedImageScanFinding, ScanFrequency } from '@aws-sdk/client-ecr';
import type { OutgoingEvent } from '../../service.ts';
import type { Registry } from '../registries.ts';
import type { Scanned } from './findings.ts';
import type { ScanRecord } from './scan-record.ts';

type Emit = (event: OutgoingEvent) => void;

/** `ECR Image Scan` of basic scanning: COMPLETE with its counts, else FAILED. */
export function basicScanned(emit: Emit, { registry, stored, image }: Scanned, { status, counts }: ScanRecord): void {
  emit({
    source: 'aws.ecr',
    'detail-type': 'ECR Image Scan',
    resources: [stored.repository.repositoryArn],
    from: registry.place,
    detail: {
      'scan-status': status === 'COMPLETE' ? 'COMPLETE' : 'FAILED',
      'repository-name': stored.repository.repositoryName,
      ...(status === 'COMPLETE' && { 'finding-severity-counts': counts }),
      'image-digest': image.digest,
      'image-tags': [...image.tags],
    },
  });
}

/** Inspector's `Inspector2 Scan` after the first scan of an image; here `repository-name` is an ARN (docs, ECR). */
export function initialScanComplete(emit: Emit, { registry, stored, image }: Scanned, { counts }: ScanRecord): void {
  const { repositoryArn } = stored.repository;
  emit({
    source: 'aws.inspector2',
    'detail-type': 'Inspector2 Scan',
    resources: [repositoryArn],
    from: registry.place,
    detail: {
      'scan-status': 'INITIAL_SCAN_COMPLETE',
      'repository-name': repositoryArn,
      'finding-severity-counts': { ...counts, TOTAL: Object.values(counts).reduce((sum, count) => sum + count, 0) },
      'image-digest': image.digest,
      'image-tags': [...image.tags],
    },
  });
}

/** `Dec 3, 2021, 6:02:30 PM`, as Inspector's events write times. */
const inspectorTime = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });

function inWords(value: unknown): unknown {
  if (value instanceof Date) return inspectorTime.format(value).replaceAll('\u202f', ' ');
  if (Array.isArray(value)) return value.map(inWords);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inWords(item)]));
}

/** One `Inspector2 Finding` per vulnerability, before the scan's own event. */
export function findingCreated(emit: Emit, { registry, stored, image }: Scanned, found: EnhancedImageScanFinding) {
  const resources = found.resources?.map((resource) => ({ ...resource, partition: 'N/A', region: 'N/A' }));
  emit({
    source: 'aws.inspector2',
    'detail-type': 'Inspector2 Finding',
    resources: [`${stored.repository.repositoryArn}/${image.digest}`],
    from: registry.place,
    detail: inWords({ ...found, resources }),
  });
}

export interface FrequencyChange {
  name: string;
  arn: string;
  now: ScanFrequency;
  before: ScanFrequency;
}

/** `ECR Scan Resource Change` of enhanced scanning. */
export function frequencyChanged(emit: Emit, { place, scanning }: Registry, changes: readonly FrequencyChange[]): void {
  emit({
    source: 'aws.ecr',
    'detail-type': 'ECR Scan Resource Change',
    resources: [],
    from: place,
    detail: {
      'action-type': 'SCAN_FREQUENCY_CHANGE',
      repositories: changes.map(({ name, arn, now, before }) => ({
        'repository-name': name,
        'repository-arn': arn,
        'scan-frequency': now,
        'previous-scan-frequency': before,
      })),
      'resource-type': 'REPOSITORY',
      'scan-type': scanning.scanType,
    },
  });
}
