const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:9';

/** Stopped reasons of tasks whose image could not be pulled, in the words of "CannotPullContainer task errors" (ECS developer guide). */
export const pullFailures = {
  'an absent image': `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`,
  'an absent platform': `CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/arm64'`,
  'no route to the registry': `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${image}: failed to do request: Head "https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/shop/api/manifests/9": dial tcp 10.0.0.1:443: i/o timeout`,
  'a pull that was given up': `CannotPullContainerError: failed to copy: httpReadSeeker: failed open: context canceled`,
  'a rate limit':
    'CannotPullContainerError: inspect image has been retried 5 time(s): httpReaderSeeker: failed open: unexpected status code 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit',
  'a full disk':
    'CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: write /var/lib/containerd/io.containerd.content.v1.content/ingest/1/data: no space left on device',
} as const;
