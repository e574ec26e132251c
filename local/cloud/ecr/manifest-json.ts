/** What the local ECR reads of image manifests and indexes, Docker's and OCI's. */
export interface ManifestJson {
  mediaType?: string;
  artifactType?: string;
  config?: { mediaType?: string; size?: number; digest?: string };
  layers?: { mediaType?: string; size?: number; digest?: string }[];
  /** Of an index. */
  manifests?: { digest?: string; platform?: { os?: string; architecture?: string } }[];
}

/** Of a manifest that PutImage has already let in. */
export function readManifest({ manifest }: { manifest: string }): ManifestJson {
  return JSON.parse(manifest) as ManifestJson;
}

export const types = {
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  attestation: 'application/vnd.in-toto+json',
} as const;
