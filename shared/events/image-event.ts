import { type ImagePush, parseImagePush } from './image-push.ts';
import { parseImageScan, type ScannedImage } from './image-scan.ts';
import { fields, type Parsed } from './parse.ts';

/** What happens to an image in ECR that may lead to a rollout. */
export type ImageEvent = { kind: 'push'; push: ImagePush } | { kind: 'scan'; scan: ScannedImage };

const scans: ReadonlySet<unknown> = new Set(['ECR Image Scan', 'Inspector2 Scan']);

export function parseImageEvent(raw: unknown): Parsed<ImageEvent> {
  if (scans.has(fields(raw)['detail-type'])) {
    const scan = parseImageScan(raw);
    return scan.kind === 'ignored' ? scan : { kind: 'event', value: { kind: 'scan', scan: scan.value } };
  }
  const push = parseImagePush(raw);
  return push.kind === 'ignored' ? push : { kind: 'event', value: { kind: 'push', push: push.value } };
}
