import type { EnhancedImageScanFinding, ImageScanFinding } from '@aws-sdk/client-ecr';
import { readManifest } from '../manifest-json.ts';
import { platformOf } from '../platforms.ts';
import type { Registry } from '../registries.ts';
import type { StoredImage, StoredRepository } from '../repositories.ts';
import type { ContentStore } from '../store.ts';
import type { Counts } from './scan-record.ts';

/** Where an image is, for findings about it. */
export interface Scanned {
  registry: Registry;
  stored: StoredRepository;
  image: StoredImage;
}

interface Vulnerability {
  id: string;
  severity: string;
  uri: string;
}

/** Made-up vulnerabilities as many as counted, the worst first, the same for the same counts. */
function vulnerabilities(counts: Counts): Vulnerability[] {
  const order = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED', 'UNTRIAGED'] as const;
  const severities = order.flatMap((severity) => Array.from({ length: counts[severity] ?? 0 }, () => severity));
  return severities.map((severity, index) => {
    const id = `CVE-2026-${10_000 + index}`;
    return { id, severity, uri: `https://cve.mitre.org/cgi-bin/cvename.cgi?name=${id}` };
  });
}

const library = { name: 'openssl', version: '3.0.1' };

/** As basic scanning reports them. */
export function basicFindings(counts: Counts): ImageScanFinding[] {
  return vulnerabilities(counts).map(({ id, severity, uri }) => ({
    name: id,
    description: `A vulnerability that image.json asked for: ${severity}`,
    uri,
    severity: severity as NonNullable<ImageScanFinding['severity']>,
    attributes: [
      { key: 'package_version', value: library.version },
      { key: 'package_name', value: library.name },
    ],
  }));
}

function containerImage({ registry, stored, image }: Scanned, store: ContentStore) {
  const { repositoryArn, repositoryName } = stored.repository;
  return {
    id: `${repositoryArn}/${image.digest}`,
    type: 'AWS_ECR_CONTAINER_IMAGE',
    details: {
      awsEcrContainerImage: {
        architecture: platformOf(readManifest(image), store)?.split('/')[1] ?? 'amd64',
        imageHash: image.digest,
        imageTags: [...image.tags],
        platform: 'AMAZON_LINUX_2023',
        pushedAt: image.pushedAt,
        registry: registry.place.account,
        repositoryName,
      },
    },
  };
}

/** As enhanced scanning, which is Amazon Inspector, reports them. */
export function enhancedFindings(scanned: Scanned, store: ContentStore, at: Date): EnhancedImageScanFinding[] {
  const { account, region } = scanned.registry.place;
  return vulnerabilities(scanned.image.scan?.counts ?? {}).map(({ id, severity, uri }, index) => ({
    awsAccountId: account,
    description: `A vulnerability that image.json asked for: ${severity}`,
    findingArn: `arn:aws:inspector2:${region}:${account}:finding/${scanned.image.digest.slice(7, 31)}${String(index).padStart(8, '0')}`,
    firstObservedAt: at,
    lastObservedAt: at,
    packageVulnerabilityDetails: {
      source: 'NVD',
      sourceUrl: uri,
      vendorSeverity: severity,
      vulnerabilityId: id,
      vulnerablePackages: [{ ...library, packageManager: 'OS' }],
    },
    remediation: { recommendation: { text: `Update ${library.name}.` } },
    resources: [containerImage(scanned, store)],
    severity,
    status: 'ACTIVE',
    title: `${id} - ${library.name}`,
    type: 'PACKAGE_VULNERABILITY',
    updatedAt: at,
  }));
}
