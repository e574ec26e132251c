import { fields, ignored, list, number, type Parsed, text } from './parse.ts';

/** ECR or Inspector has looked at an image, or failed to: a reason to look at what it found. */
export interface ScannedImage {
  /** The registry that holds it. */
  account: string;
  region: string;
  repository: string;
  /** Of the image that was scanned: where an index was pushed, of one of its images. */
  digest: string;
  /** Of a scan that succeeded: how many findings of each severity; none where there are none. */
  counts?: Readonly<Record<string, number>>;
}

const arnOf = (value: string) =>
  /^arn:[^:]+:ecr:(?<region>[^:]+):(?<account>\d+):repository\/(?<repository>[^@]+?)(\/sha256:.*)?$/.exec(value)
    ?.groups;

export function severityCounts(raw: unknown): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(fields(raw)).map(([severity, count]) => [severity, number(count) ?? 0]));
}

/**
 * `ECR Image Scan` of basic scanning and, of enhanced scanning, `Inspector2 Scan` of a first scan, whose
 * `repository-name` is an ARN (docs, ECR: events of enhanced scanning). Inspector goes on scanning: later
 * findings about what is deployed come as other events, and are not ours.
 */
export function parseImageScan(raw: unknown): Parsed<ScannedImage> {
  const event = fields(raw);
  const detail = fields(event.detail);
  const kind = text(event['detail-type']) ?? 'no detail-type';
  const isBasic = event.source === 'aws.ecr' && kind === 'ECR Image Scan';
  const isFirst =
    event.source === 'aws.inspector2' &&
    kind === 'Inspector2 Scan' &&
    detail['scan-status'] === 'INITIAL_SCAN_COMPLETE';
  if (!isBasic && !isFirst) return ignored(`${kind} ends no scan of an image`, 'debug');
  const named = text(detail['repository-name']) ?? '';
  const { account, region, repository } = {
    account: text(event.account),
    region: text(event.region),
    repository: named,
    ...(arnOf(named) ?? arnOf(text(list(event.resources)[0]) ?? '')),
  };
  const digest = text(detail['image-digest']);
  const counts =
    isFirst || detail['scan-status'] === 'COMPLETE' ? severityCounts(detail['finding-severity-counts']) : undefined;
  if (!account || !region || !repository || !digest) return ignored(`${kind} without repository or image-digest`);
  return { kind: 'event', value: { account, region, repository, digest, ...(counts ? { counts } : {}) } };
}
