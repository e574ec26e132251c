import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionError, InvokeMessage, Outcome, SandboxData } from './messages.ts';

type Handler = (event: unknown, context: object) => unknown;

const sandbox = workerData as SandboxData;

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  const stackTrace = (error.stack ?? '')
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
  return { errorType: error.name, errorMessage: error.message, stackTrace };
}

/** The context object, as Lambda's Node runtime makes it. */
function contextOf({ requestId, deadlineMs }: InvokeMessage): object {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: sandbox.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: sandbox.functionArn,
    logGroupName: sandbox.logGroup,
    logStreamName: sandbox.logStream,
    memoryLimitInMB: String(sandbox.memoryMiB),
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

let loading: Promise<Handler> | undefined;
async function load(): Promise<Handler> {
  const exported = (await import(pathToFileURL(sandbox.bundle).href)) as Record<string, unknown>;
  const handler = exported[sandbox.exportName];
  if (typeof handler === 'function') return handler as Handler;
  const missing = new Error(`${sandbox.exportName} is undefined or not exported`);
  missing.name = 'Runtime.HandlerNotFound';
  throw missing;
}

async function invoke(message: InvokeMessage): Promise<Outcome> {
  try {
    loading ??= load();
    const result = await (await loading)(JSON.parse(message.payload), contextOf(message));
    return { kind: 'done', result: JSON.stringify(result) };
  } catch (error) {
    return { kind: 'failed', error: describe(error) };
  }
}

parentPort?.on('message', async (message: InvokeMessage) => parentPort?.postMessage(await invoke(message)));
