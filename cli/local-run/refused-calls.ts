/** A call that AWS did not allow, as its message tells it. */
export interface RefusedCall {
  /** `s3:PutObject`; of services that do not say, the operation alone: `PutObject`. */
  action: string;
  /** ARN or `*`; absent where the message does not say. */
  resource?: string;
  /** An explicit deny: more rights do not help. */
  isDenied: boolean;
}

/** IAM's own words, of all services and SDKs alike. */
const worded =
  /is not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9*]+)(?: on resource: [\\"']*([^\s"'\\]+))?([^\n]{0,300})/g;
/** The AWS CLI and boto3, for services whose message is only "Access Denied": S3 before 2024, and its HEAD requests. */
const bare = /\((?:AccessDenied\w*|UnauthorizedOperation|403)\) when calling the (\w+) operation/g;

/** S3's operations that need a permission of another name (Service Authorization Reference, Amazon S3). */
const otherNames: Readonly<Record<string, string>> = {
  HeadObject: 's3:GetObject',
  HeadBucket: 's3:ListBucket',
  ListObjects: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
};

/** The calls that a text says were refused, each once. */
export function refusedCalls(text: string): RefusedCall[] {
  const calls = text.split('\n').flatMap(inLine);
  return [...new Map(calls.map((call) => [`${call.action} ${call.resource}`, call])).values()];
}

function inLine(line: string): RefusedCall[] {
  const full = [...line.matchAll(worded)].map(([, action = '', resource, rest = '']) => ({
    action,
    ...(resource === undefined ? {} : { resource: resource.replace(/[.,;]+$/, '') }),
    isDenied: /explicit deny/.test(rest),
  }));
  if (full.length > 0) return full;
  return [...line.matchAll(bare)].map(([, operation = '']) => ({
    action: otherNames[operation] ?? operation,
    isDenied: false,
  }));
}

/** Looks for them in output as it comes, in bounded memory. */
export interface RefusalWatch {
  see(chunk: Buffer): void;
  found(): RefusedCall[];
}

const longestRest = 8192;
const mostFound = 20;

export function watchForRefusals(): RefusalWatch {
  const found = new Map<string, RefusedCall>();
  let rest = '';
  const take = (text: string): void => {
    for (const call of refusedCalls(text))
      if (found.size < mostFound) found.set(`${call.action} ${call.resource}`, call);
  };
  return {
    see: (chunk) => {
      const text = rest + chunk.toString('latin1');
      const end = text.lastIndexOf('\n') + 1;
      take(text.slice(0, end));
      rest = text.slice(end).slice(-longestRest);
    },
    found: () => {
      take(rest);
      return [...found.values()];
    },
  };
}
