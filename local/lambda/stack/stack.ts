/** serverless.yml, resolved for the local account: every name and ARN is final. */
export interface Stack {
  account: string;
  region: string;
  stage: string;
  /** By folder name: `launch-runs`. */
  functions: Readonly<Record<string, StackFunction>>;
  rules: readonly StackRule[];
  subscriptions: readonly StackSubscription[];
  routes: readonly StackRoute[];
  /** Every resource of CloudFormation that exists here, by logical id, its properties evaluated. */
  resources: Readonly<Record<string, StackResource>>;
  /** The permissions of each role, by role name. */
  roles: Readonly<Record<string, StackRole>>;
}

export interface StackFunction {
  /** The folder. */
  name: string;
  /** As deployed: `batuta-local-launch-runs`. */
  functionName: string;
  arn: string;
  /** `functions/launch-runs/handler.handler`. */
  handler: string;
  timeoutSeconds: number;
  memoryMiB: number;
  environment: Readonly<Record<string, string>>;
  roleName: string;
  /** Where Lambda puts what it gave up on; absent for a function nobody calls asynchronously. */
  deadLetterArn?: string;
}

/** One rule with one function as its target. */
export interface StackRule {
  name: string;
  /** `default` or the name of our bus. */
  bus: string;
  pattern?: Readonly<Record<string, unknown>>;
  /** `rate(1 minute)`. */
  schedule?: string;
  functionArn: string;
  deadLetterArn?: string;
}

export interface StackSubscription {
  name: string;
  logGroup: string;
  filterPattern: string;
  functionArn: string;
}

export interface StackRoute {
  /** `ANY` or an HTTP method. */
  method: string;
  /** As API Gateway writes it: `/api/{proxy+}`. */
  path: string;
  /** The function's folder. */
  functionName: string;
}

export interface StackResource {
  type: string;
  /** What `Ref` of it gives, for all types used here. */
  name: string;
  arn: string;
  properties: Readonly<Record<string, unknown>>;
}

export interface StackRole {
  name: string;
  arn: string;
  statements: readonly PolicyStatement[];
}

/** As in IAM's JSON, with lists where IAM allows one value as well. */
export interface PolicyStatement {
  Effect: 'Allow' | 'Deny';
  Action?: readonly string[];
  NotAction?: readonly string[];
  Resource?: readonly string[];
  NotResource?: readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}
