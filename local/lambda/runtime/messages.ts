/** What a sandbox's worker is started with. */
export interface SandboxData {
  /** Absolute path of the bundle. */
  bundle: string;
  /** The name the bundle exports: `handler`. */
  exportName: string;
  functionName: string;
  functionArn: string;
  memoryMiB: number;
  logGroup: string;
  logStream: string;
}

/** To the worker: one invocation. */
export interface InvokeMessage {
  requestId: string;
  /** JSON, as Lambda's runtime gets it. */
  payload: string;
  /** Milliseconds since the epoch. */
  deadlineMs: number;
}

/** How an invocation ended, as the worker says it; `result` is JSON, undefined where the handler returned nothing. */
export type Outcome = { kind: 'done'; result: string | undefined } | { kind: 'failed'; error: FunctionError };

/** Lambda's answer to an error in a function. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  stackTrace?: string[];
}
