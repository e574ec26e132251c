import type * as model from '@aws-sdk/client-ecr';
import type { Clock } from '../../../clock.ts';
import { pageOf } from '../../pages.ts';
import { AwsError, type Operations } from '../../service.ts';
import type { Registries } from '../registries.ts';
import { findImage, findRepository, type ImageId, type StoredImage, shownId } from '../repositories.ts';
import { refuseToken } from '../repository-operations.ts';
import type { ContentStore } from '../store.ts';
import { isScannable } from './decide-scan.ts';
import { basicFindings, enhancedFindings, type Scanned } from './findings.ts';
import type { ScanRecord } from './scan-record.ts';
import type { Scanner } from './scanner.ts';

interface Ports {
  registries: Registries;
  clock: Clock;
  store: ContentStore;
  scanner: Scanner;
}

const dayMs = 86_400_000;

/** By hand only basic scanning, once a day, and no index; messages: issues 44 and 43 of alexjurkiewicz/ecr-scan-image. */
function checkStart({ registry, image }: Scanned, nowMs: number): void {
  if (registry.scanning.scanType === 'ENHANCED') throw new AwsError('ValidationException', 'This feature is disabled');
  if (!isScannable(image))
    throw new AwsError(
      'UnsupportedImageTypeException',
      `An artifact with media type '${image.mediaType}' cannot be scanned. For more information, see the Amazon ECR documentation.`,
    );
  if (image.scan && nowMs - image.scan.startedMs < dayMs)
    throw new AwsError('LimitExceededException', 'The scan quota per image has been exceeded. Wait and try again.');
}

const idOf = ({ digest }: StoredImage, { imageTag }: ImageId) => ({
  imageDigest: digest,
  ...(imageTag !== undefined && { imageTag }),
});

const statusOf = ({ status, description }: ScanRecord) => ({ status, ...(description && { description }) });

export function scanOperations({ registries, clock, store, scanner }: Ports) {
  const scanned: (
    input: { registryId?: string | undefined; repositoryName: string; imageId: ImageId },
    caller: Parameters<Registries['of']>[1],
  ) => Scanned = (input, caller) => {
    const registry = registries.of(input, caller);
    const stored = findRepository(registry, input.repositoryName);
    return { registry, stored, image: findImage(registry, stored, input.imageId) };
  };

  return {
    StartImageScan: (input, caller) => {
      const found = scanned(input, caller);
      checkStart(found, clock.now());
      const scan = scanner.begin(found);
      return {
        registryId: found.registry.place.account,
        repositoryName: input.repositoryName,
        imageId: idOf(found.image, input.imageId),
        imageScanStatus: statusOf(scan),
      };
    },
    DescribeImageScanFindings: (input, caller) => {
      const found = scanned(input, caller);
      const { registry, image } = found;
      const { scan } = image;
      if (!scan)
        throw new AwsError(
          'ScanNotFoundException',
          `Image scan does not exist for the image with '${shownId(idOf(image, input.imageId))}' in the repository with name '${input.repositoryName}' in the registry with id '${registry.place.account}'`,
        );
      const page = findingsPage(found, scan, input, store);
      return {
        registryId: registry.place.account,
        repositoryName: input.repositoryName,
        imageId: idOf(image, input.imageId),
        imageScanStatus: statusOf(scan),
        ...page,
      };
    },
  } satisfies Operations<typeof model>;
}

interface PageInput {
  nextToken?: string | undefined;
  maxResults?: number | undefined;
}

/** Nothing while the scan has not succeeded. */
function findingsPage(
  found: Scanned,
  scan: ScanRecord,
  { nextToken, maxResults = 100 }: PageInput,
  store: ContentStore,
) {
  const { kind, completedAt, counts } = scan;
  if (!completedAt) return {};
  const times = { imageScanCompletedAt: completedAt, vulnerabilitySourceUpdatedAt: completedAt };
  const common = { ...times, findingSeverityCounts: counts as Partial<Record<model.FindingSeverity, number>> };
  if (kind === 'basic') {
    const { items, next } = pageOf(basicFindings(counts), nextToken, maxResults, refuseToken);
    return { imageScanFindings: { ...common, findings: items }, nextToken: next };
  }
  const { items, next } = pageOf(enhancedFindings(found, store, completedAt), nextToken, maxResults, refuseToken);
  return { imageScanFindings: { ...common, enhancedFindings: items }, nextToken: next };
}
