const operations: ReadonlySet<string> = new Set([
  'BatchGetImage',
  'GetDownloadUrlForLayer',
  'DescribeImageScanFindings',
]);

/** Whether a call is of a check before the rollout: that the image exists, that it is for the task's platform, its scan. */
export const isCheck = (operation: string): boolean => operations.has(operation);

/** Of these, one each for: the image exists, the image is for the task's platform. */
export const mostChecks = 2;
