import type { OutgoingEvent } from '../service.ts';
import type { Registry } from './registries.ts';
import type { StoredImage, StoredRepository } from './repositories.ts';

/** `ECR Image Action` events: one per tag; an untagged image's has an empty tag, not none. */
export function imageEvents(emit: (event: OutgoingEvent) => void) {
  const send = (
    action: 'PUSH' | 'DELETE',
    { place }: Registry,
    { repository }: StoredRepository,
    image: StoredImage,
    tag: string | undefined,
  ) =>
    emit({
      source: 'aws.ecr',
      'detail-type': 'ECR Image Action',
      resources: [],
      from: place,
      detail: {
        'action-type': action,
        result: 'SUCCESS',
        'repository-name': repository.repositoryName,
        'image-digest': image.digest,
        'image-tag': tag ?? '',
        'manifest-media-type': image.mediaType,
        ...(image.artifactMediaType !== undefined && { 'artifact-media-type': image.artifactMediaType }),
      },
    });
  type Given = [Registry, StoredRepository, StoredImage, string | undefined];
  return {
    pushed: (...given: Given) => send('PUSH', ...given),
    deleted: (...given: Given) => send('DELETE', ...given),
  };
}

export type ImageEvents = ReturnType<typeof imageEvents>;
