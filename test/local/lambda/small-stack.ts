import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack, StackFunction } from '../../../local/lambda/stack/stack.ts';

/** A stack of one function per handler source (an ES module's text), and the files that hold them. */
export function smallStack(
  sources: Readonly<Record<string, string>>,
  given: Partial<StackFunction> = {},
): { stack: Stack; bundles: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), 'batuta-lambda-'));
  const functions: Record<string, StackFunction> = {};
  const bundles: Record<string, string> = {};
  for (const [name, source] of Object.entries(sources)) {
    bundles[name] = join(folder, `${name}.mjs`);
    writeFileSync(bundles[name], source);
    functions[name] = {
      name,
      functionName: `batuta-test-${name}`,
      arn: `arn:aws:lambda:us-east-1:123456789012:function:batuta-test-${name}`,
      handler: `functions/${name}/handler.handler`,
      timeoutSeconds: 3,
      memoryMiB: 128,
      environment: { TABLE_NAME: 'batuta-test' },
      roleName: `role-of-${name}`,
      deadLetterArn: 'arn:aws:sqs:us-east-1:123456789012:dead',
      ...given,
    };
  }
  const place = { account: '123456789012', region: 'us-east-1', stage: 'test' };
  return {
    stack: { ...place, functions, rules: [], subscriptions: [], routes: [], resources: {}, roles: {} },
    bundles,
  };
}
