import type { OutgoingEvent } from '../service.ts';
import type { StoredImage } from './repositories.ts';

/** `ECR Image Action` events: one per tag; an untagged image's has an empty tag, not none. */
export function imageEvents(emit: (event: OutgoingEvent) => void) {
  const send = (action: 'PUSH' | 'DELETE', repository: string, image: StoredImage, tag: string | undefined) =>
    emit({
      source: 'aws.ecr',
      'detail-type': 'ECR Image Action',
      resources: [],
      detail: {
        'action-type': action,
        result: 'SUCCESS',
        'repository-name': repository,
        'image-digest': image.digest,
        'image-tag': tag ?? '',
        'manifest-media-type': image.mediaType,
        ...(image.artifactMediaType !== undefined && { 'artifact-media-type': image.artifactMediaType }),
      },
    });
  return {
    pushed: (repository: string, image: StoredImage, tag: string | undefined) => send('PUSH', repository, image, tag),
    deleted: (repository: string, image: StoredImage, tag: string | undefined) =>
      send('DELETE', repository, image, tag),
  };
}

export type ImageEvents = ReturnType<typeof imageEvents>;
