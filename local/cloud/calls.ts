import constraints from './constraints.generated.json' with { type: 'json' };
import type { CloudRequest, CloudResponse } from './http.ts';
import { type Constraints, decodeInput, encodeOutput, type Operation, operationsOf } from './schema.ts';
import { type Access, AwsError, type Caller, type Service } from './service.ts';

/** What happens around each call: IAM, injected faults, counting. Throwing an AwsError refuses the call. */
export interface Around {
  authorize?(caller: Caller, accesses: Access[]): void;
  /** Before the operation; may throw, or wait. */
  before?(service: string, operation: string, input: unknown, caller: Caller): void | Promise<void>;
  /** After the effect; throwing loses the answer. */
  after?(service: string, operation: string, input: unknown, caller: Caller): void | Promise<void>;
}

/** A service that answers whole requests itself, such as DynamoDB by dynalite. */
export interface ForwardedService {
  name: string;
  /** The prefix of X-Amz-Target, without the dot. */
  target: string;
  access(operation: string, document: Readonly<Record<string, unknown>>): Access[];
  handle(request: CloudRequest): Promise<CloudResponse>;
}

/** A modelled service with its operations' schemas, read once. */
export interface Prepared {
  service: Service;
  operations: ReadonlyMap<string, Operation>;
}

export function prepare(service: Service): Prepared {
  return { service, operations: operationsOf(service.model) };
}

interface Call {
  service: string;
  operation: string;
  input: unknown;
  caller: Caller;
  accesses: Access[];
}

/** Runs calls with what stands around them. */
export function createCalls(around: Around) {
  async function perform<T>(call: Call, effect: () => Promise<T>, succeeded: (answer: T) => boolean): Promise<T> {
    const { service, operation, input, caller } = call;
    around.authorize?.(caller, call.accesses);
    await around.before?.(service, operation, input, caller);
    const answer = await effect();
    if (succeeded(answer)) await around.after?.(service, operation, input, caller);
    return answer;
  }

  return {
    /** A wire document into a modelled operation; its answer as a wire document. */
    async modelled({ service }: Prepared, operation: Operation, document: unknown, caller: Caller): Promise<unknown> {
      const run = service.operations[operation.name];
      if (!run)
        throw new AwsError(
          'UnknownOperationException',
          `${operation.name} of ${service.name} is not part of the local cloud (local/cloud/${service.name})`,
        );
      const limits = (constraints as Record<string, Constraints>)[service.name] ?? {};
      const input = decodeInput(operation, document, service, limits);
      const accesses = service.access?.(operation.name, input, caller) ?? [
        { action: `${service.name}:${operation.name}`, resource: '*' },
      ];
      const call = { service: service.name, operation: operation.name, input, caller, accesses };
      const output = await perform(
        call,
        async () => run(input as never, caller),
        () => true,
      );
      return encodeOutput(operation, output, service.open);
    },
    /** A request handed on whole. */
    forwarded(
      service: ForwardedService,
      operation: string,
      document: unknown,
      request: CloudRequest,
      caller: Caller,
    ): Promise<CloudResponse> {
      const accesses = service.access(operation, document as Record<string, unknown>);
      const call = { service: service.name, operation, input: document, caller, accesses };
      return perform(
        call,
        () => service.handle(request),
        ({ status }) => status < 400,
      );
    },
  };
}

export type Calls = ReturnType<typeof createCalls>;
