import {
  DescribeImageScanFindingsCommand,
  type DescribeImageScanFindingsResponse,
  type EnhancedImageScanFinding,
  type ImageScanFinding,
  type ImageScanFindings,
} from '@aws-sdk/client-ecr';
import { AwsCallFailed } from '../core/errors.ts';
import { type AwsConnection, call } from './connection.ts';
import { ecrClients } from './ecr-clients.ts';
import type { ImageAddress } from './image-manifest.ts';

interface ScanFinding {
  /** `CVE-2026-1234`. */
  name: string;
  /** CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNDEFINED; enhanced: also UNTRIAGED (an open set). */
  severity: string;
}

/** What basic or enhanced scanning says of one digest. */
export type ImageScan =
  /** `findings`: a thousand at most, in no order. */
  | { kind: 'scanned'; counts: Readonly<Record<string, number>>; findings: readonly ScanFinding[] }
  | { kind: 'running'; status: string }
  /**
   * Said to be done, with nothing to show for it: enhanced findings come some seconds later (aws-sdk issue 289),
   * and whether an image without any ever shows more is not documented.
   */
  | { kind: 'blank'; status: string }
  /** Nobody has begun one; also of each image index, which no scanning looks at (docs, ECR image scanning). */
  | { kind: 'none' }
  /** FAILED, UNSUPPORTED_IMAGE, FINDINGS_UNAVAILABLE, LIMIT_EXCEEDED, …: none will come by itself. */
  | { kind: 'unscannable'; status: string; why?: string }
  /** The repository holds no such image. */
  | { kind: 'gone' };

export interface ImageScans {
  /** @throws AwsCallFailed */
  scan(image: ImageAddress): Promise<ImageScan>;
}

const basic = ({ name = '?', severity = 'UNDEFINED' }: ImageScanFinding): ScanFinding => ({ name, severity });

const enhanced = ({ title, severity, packageVulnerabilityDetails }: EnhancedImageScanFinding): ScanFinding => ({
  name: packageVulnerabilityDetails?.vulnerabilityId ?? title ?? '?',
  severity: severity ?? 'UNDEFINED',
});

function countsOf(findings: readonly ScanFinding[]): Record<string, number> {
  const groups = Object.entries(Object.groupBy(findings, ({ severity }) => severity));
  return Object.fromEntries(groups.map(([severity, group = []]) => [severity, group.length]));
}

function toFindings(status: string, shown: ImageScanFindings = {}): ImageScan {
  const { findings = [], enhancedFindings = [], findingSeverityCounts, imageScanCompletedAt } = shown;
  const found = [...findings.map(basic), ...enhancedFindings.map(enhanced)];
  const isShown = imageScanCompletedAt ?? findingSeverityCounts ?? found[0];
  if (isShown === undefined) return { kind: 'blank', status };
  return { kind: 'scanned', counts: { ...(findingSeverityCounts ?? countsOf(found)) }, findings: found };
}

/** COMPLETE is basic scanning's last word; ACTIVE is enhanced scanning's, which goes on looking (SDK model, ScanStatus). */
function toScan({ imageScanStatus, imageScanFindings }: DescribeImageScanFindingsResponse): ImageScan {
  const status: string = imageScanStatus?.status ?? 'PENDING';
  if (status === 'COMPLETE' || status === 'ACTIVE') return toFindings(status, imageScanFindings);
  if (status === 'IN_PROGRESS' || status === 'PENDING') return { kind: 'running', status };
  const why = imageScanStatus?.description;
  return { kind: 'unscannable', status, ...(why ? { why } : {}) };
}

const absences: Readonly<Record<string, ImageScan>> = {
  ScanNotFoundException: { kind: 'none' },
  ImageNotFoundException: { kind: 'gone' },
  RepositoryNotFoundException: { kind: 'gone' },
};

// The largest page: the counts are of all findings, and a thousand hold enough names.
const maxResults = 1000;

export function imageScans(aws: AwsConnection): ImageScans {
  const clientOf = ecrClients(aws);
  return {
    async scan({ registry, repository: repositoryName, digest: imageDigest }) {
      const { client, ...registryId } = clientOf(registry);
      const input = { ...registryId, repositoryName, imageId: { imageDigest }, maxResults };
      try {
        return toScan(
          await call('DescribeImageScanFindings', () => client.send(new DescribeImageScanFindingsCommand(input))),
        );
      } catch (error) {
        const absence = error instanceof AwsCallFailed ? absences[error.code] : undefined;
        if (absence) return absence;
        throw error;
      }
    },
  };
}
