import { fields, ignored, type Parsed, text } from './parse.ts';

/** A tagged image arrived in a repository: by a push, or by replication from another registry. */
export interface ImagePush {
  /** The registry it arrived in: events of other accounts may be forwarded to our bus. */
  account: string;
  region: string;
  repository: string;
  tag: string;
  digest?: string;
}

/** `ECR Image Action` (PUSH) and `ECR Replication Action` (REPLICATE) that succeeded and carry a tag. */
export function parseImagePush(raw: unknown): Parsed<ImagePush> {
  const event = fields(raw);
  const detail = fields(event.detail);
  const kind = text(event['detail-type']);
  const action = text(detail['action-type']);
  const isArrival =
    (kind === 'ECR Image Action' && action === 'PUSH') || (kind === 'ECR Replication Action' && action === 'REPLICATE');
  if (event.source !== 'aws.ecr') return ignored(`not an ECR event: ${kind ?? 'no detail-type'}`);
  if (!isArrival) return ignored(`${kind ?? 'no detail-type'} ${action ?? ''} brings no image`, 'debug');
  if (detail.result !== 'SUCCESS')
    return ignored(`${action} ended ${text(detail.result) ?? 'without result'}`, 'debug');
  return arrival(event, detail);
}

function arrival(event: ReturnType<typeof fields>, detail: ReturnType<typeof fields>): Parsed<ImagePush> {
  const account = text(event.account);
  const region = text(event.region);
  const repository = text(detail['repository-name']);
  const tag = text(detail['image-tag']);
  const digest = text(detail['image-digest']);
  if (!account || !region || !repository) return ignored('an ECR push without account, region or repository-name');
  // Each platform's manifest of a multi-platform image is pushed untagged before the tagged index.
  if (!tag) return ignored(`untagged push to ${repository}`, 'debug');
  return { kind: 'event', value: { account, region, repository, tag, ...(digest ? { digest } : {}) } };
}
