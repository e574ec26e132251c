/** What a caller of the API did wrong: becomes a problem document with this status. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 429;
  /** The field at fault, as a path into the request: `params.database`. */
  readonly problems: readonly { field: string; message: string }[];
  /** What the caller asked for exists already, or is on its way, as this. */
  readonly deployment: string | undefined;
  constructor(
    status: BadRequest['status'],
    message: string,
    problems: BadRequest['problems'] = [],
    deployment?: string | undefined,
  ) {
    super(message);
    this.status = status;
    this.problems = problems;
    this.deployment = deployment;
  }
}

/** An AWS call that failed, with what was called and AWS's code; `retryable` says whether trying again may help. */
export class AwsCallFailed extends Error {
  override readonly name = 'AwsCallFailed';
  readonly operation: string;
  readonly code: string;
  readonly retryable: boolean;
  constructor(operation: string, code: string, message: string, retryable: boolean, cause: unknown) {
    super(`${operation}: ${code}: ${message}`, { cause });
    this.operation = operation;
    this.code = code;
    this.retryable = retryable;
  }
}

/** Two writers met; the caller reads again and decides again. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}
