import type { ImageDetail } from '@aws-sdk/client-ecr';
import type { Registry } from './registries.ts';
import type { StoredImage } from './repositories.ts';

/** Only of a basic scan: an enhanced one's findings are DescribeImageScanFindings' alone. */
function scanOf({ scan }: StoredImage): Partial<ImageDetail> {
  if (scan?.kind !== 'basic') return {};
  const { status, completedAt, counts } = scan;
  return {
    imageScanStatus: { status },
    ...(completedAt && {
      imageScanFindingsSummary: {
        imageScanCompletedAt: completedAt,
        vulnerabilitySourceUpdatedAt: completedAt,
        findingSeverityCounts: counts,
      },
    }),
  };
}

/** An image as DescribeImages shows it. */
export function imageDetail({ place }: Registry, repositoryName: string, image: StoredImage): ImageDetail {
  return {
    registryId: place.account,
    repositoryName,
    imageDigest: image.digest,
    ...(image.tags.size > 0 && { imageTags: [...image.tags] }),
    imageSizeInBytes: image.sizeBytes,
    imagePushedAt: image.pushedAt,
    ...scanOf(image),
    imageManifestMediaType: image.mediaType,
    ...(image.artifactMediaType !== undefined && { artifactMediaType: image.artifactMediaType }),
    ...(image.pulledAt && { lastRecordedPullTime: image.pulledAt }),
    imageStatus: 'ACTIVE',
  };
}
