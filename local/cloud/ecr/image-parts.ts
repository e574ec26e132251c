import { createHash } from 'node:crypto';
import type { LocalImage } from '../service.ts';
import { types } from './manifest-json.ts';

export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** A manifest with the blob that its `config` names. */
export interface ImageParts {
  manifest: string;
  config: string;
}

function platformOf(name: string): { architecture: string; os: string } {
  const [os = '', architecture = ''] = name.split('/');
  return { architecture, os };
}

function configBlob({ digest, manifest }: LocalImage, platform: string): string {
  const { entryPoint, command, environment = {}, port, workingDirectory } = manifest;
  return JSON.stringify({
    ...platformOf(platform),
    config: {
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      ...(entryPoint && { Entrypoint: entryPoint }),
      ...(command && { Cmd: command }),
      ...(port !== undefined && { ExposedPorts: { [`${port}/tcp`]: {} } }),
      ...(workingDirectory !== undefined && { WorkingDir: workingDirectory }),
    },
    rootfs: { type: 'layers', diff_ids: [digest] },
  });
}

/** An image of one platform. Its only layer is the folder: equal content, equal digest. */
function imageParts(image: LocalImage, platform: string, format: 'docker' | 'oci'): ImageParts {
  const config = configBlob(image, platform);
  const docker = format === 'docker';
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: docker ? types.dockerManifest : types.ociManifest,
    config: blob(docker ? types.dockerConfig : types.ociConfig, config),
    layers: [
      {
        mediaType: docker ? types.dockerLayer : types.ociLayer,
        size: image.sizeBytes ?? config.length,
        digest: image.digest,
      },
    ],
  });
  return { manifest, config };
}

function blob(mediaType: string, text: string) {
  return { mediaType, size: Buffer.byteLength(text), digest: digestOf(text) };
}

/** buildx's attestation of how `manifest` was built; source: docs.docker.com, "Image attestation storage". */
function attestationParts({ manifest }: ImageParts): ImageParts {
  const config = JSON.stringify({ architecture: 'unknown', os: 'unknown', config: {}, rootfs: { type: 'layers' } });
  const statement = JSON.stringify({ subject: [{ digest: digestOf(manifest) }] });
  return {
    manifest: JSON.stringify({
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: blob(types.ociConfig, config),
      layers: [blob(types.attestation, statement)],
    }),
    config,
  };
}

interface Child {
  parts: ImageParts;
  platform: string;
  /** For an attestation: the manifest that it is about. */
  about?: ImageParts;
}

function indexManifest(children: readonly Child[]): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: types.ociIndex,
    manifests: children.map(({ parts, platform, about }) => ({
      ...blob(types.ociManifest, parts.manifest),
      ...(about && {
        annotations: {
          'vnd.docker.reference.digest': digestOf(about.manifest),
          'vnd.docker.reference.type': 'attestation-manifest',
        },
      }),
      platform: platformOf(platform),
    })),
  });
}

const defaultPlatform = 'linux/amd64';

/** What a push of the image puts, in its order: children first, the one that gets the tag last. */
export function partsOf(image: LocalImage): { children: ImageParts[]; top: { manifest: string; config?: string } } {
  const { platforms = [defaultPlatform], provenance = false } = image.manifest;
  const [only = defaultPlatform, ...more] = platforms;
  if (more.length === 0 && !provenance) return { children: [], top: imageParts(image, only, 'docker') };
  const images: Child[] = platforms.map((platform) => ({ parts: imageParts(image, platform, 'oci'), platform }));
  const attestations: Child[] = provenance
    ? images.map(({ parts }) => ({ parts: attestationParts(parts), platform: 'unknown/unknown', about: parts }))
    : [];
  const children = [...images, ...attestations];
  return { children: children.map(({ parts }) => parts), top: { manifest: indexManifest(children) } };
}
