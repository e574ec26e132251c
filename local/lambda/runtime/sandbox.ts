import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { StackFunction } from '../stack/stack.ts';
import { eachLine } from './log-lines.ts';
import type { FunctionError, InvokeMessage, Outcome, SandboxData } from './messages.ts';

/** One worker thread: like Lambda's execution environment it serves one invocation at a time. */
export interface Sandbox {
  invoke(requestId: string, payload: string): Promise<Outcome>;
  /** False once it has crashed, timed out or been closed: it takes no further invocation. */
  alive(): boolean;
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** Absolute path of the function's bundle. */
  bundle: string;
  region: string;
  /** The endpoint of the local cloud; AWS_ENDPOINT_URL in the worker. */
  awsUrl: string;
  /** The worker's output by line, for /aws/lambda/NAME. */
  log(group: string, stream: string, line: string): void;
}

function environmentOf(given: StackFunction, logGroup: string, logStream: string, { region, awsUrl }: SandboxOptions) {
  return {
    ...given.environment,
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // The local IAM looks the role up by the access key: local/cloud/iam.
    AWS_ACCESS_KEY_ID: given.roleName,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_FUNCTION_NAME: given.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(given.memoryMiB),
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    TZ: ':UTC',
    PATH: process.env.PATH ?? '',
  };
}

function dataOf(given: StackFunction, bundle: string, logGroup: string, logStream: string): SandboxData {
  return {
    bundle,
    exportName: given.handler.slice(given.handler.lastIndexOf('.') + 1),
    functionName: given.functionName,
    functionArn: given.arn,
    memoryMiB: given.memoryMiB,
    logGroup,
    logStream,
  };
}

function startWorker(given: StackFunction, options: SandboxOptions): Worker {
  const logGroup = `/aws/lambda/${given.functionName}`;
  const logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
  const worker = new Worker(new URL('./bootstrap.ts', import.meta.url), {
    env: environmentOf(given, logGroup, logStream, options),
    workerData: dataOf(given, options.bundle, logGroup, logStream),
    // A small young generation: V8's default lets each idle thread sit on megabytes of garbage.
    resourceLimits: { maxOldGenerationSizeMb: given.memoryMiB, maxYoungGenerationSizeMb: 8 },
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr])
    eachLine(stream, (line) => options.log(logGroup, logStream, line));
  return worker;
}

/** As Lambda words it. */
function timedOut(requestId: string, seconds: number): FunctionError {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  };
}
function exited(requestId: string, why: string): FunctionError {
  return { errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: Runtime exited ${why}` };
}

export function createSandbox(given: StackFunction, options: SandboxOptions): Sandbox {
  const worker = startWorker(given, options);
  let alive = true;
  let finish: ((outcome: Outcome) => void) | undefined;
  let requestId = '';
  const end = (outcome: Outcome) => {
    finish?.(outcome);
    finish = undefined;
  };
  const die = (error: FunctionError) => {
    alive = false;
    end({ kind: 'failed', error });
    return worker.terminate();
  };
  worker.on('message', (message: Outcome) => end(message));
  worker.on('error', (error) => void die(exited(requestId, `with error: ${(error as Error).message}`)));
  worker.on('exit', (code) => void die(exited(requestId, `with exit status ${code}`)));
  return {
    alive: () => alive,
    invoke(id, payload) {
      requestId = id;
      const timeoutMs = given.timeoutSeconds * 1000;
      const timer = setTimeout(() => void die(timedOut(id, given.timeoutSeconds)), timeoutMs);
      return new Promise<Outcome>((resolve) => {
        finish = (outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        };
        worker.postMessage({ requestId: id, payload, deadlineMs: Date.now() + timeoutMs } satisfies InvokeMessage);
      });
    },
    async close() {
      await die(exited(requestId, 'because the local system stops'));
    },
  };
}
