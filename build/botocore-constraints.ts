import type { Constraint } from '../local/cloud/schema.ts';

interface Shape extends Constraint {
  type: string;
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  value?: { shape: string };
}

/** The part of botocore's service-2.json that is read here. */
export interface BotocoreModel {
  operations: Record<string, { input?: { shape: string } }>;
  shapes: Record<string, Shape>;
}

/** Where the model says less than the service takes. */
const excluded = new Set([
  // The enum lists queue attributes; the service takes the message's own, such as ApproximateReceiveCount.
  'ReceiveMessageRequest.AttributeNames[]',
  // Local targets may be checked each second: local/cloud/elbv2/target-group-checks.ts has the limits.
  ...['CreateTargetGroupInput', 'ModifyTargetGroupInput'].flatMap((input) => [
    `${input}.HealthCheckIntervalSeconds`,
    `${input}.HealthCheckTimeoutSeconds`,
  ]),
]);

/** AWS's patterns are Java's; one that JavaScript cannot compile with the `u` flag is left out. */
function usable(pattern: string): boolean {
  try {
    new RegExp(`^(?:${pattern})$`, 'u');
    return true;
  } catch {
    return false;
  }
}

function constraintOf(shape: Shape): Constraint | undefined {
  const { min, max, pattern } = shape;
  const found: Constraint = {
    ...(min !== undefined && (min > 0 || isNumber(shape)) ? { min } : {}),
    // Maxima beyond any real input say nothing.
    ...(max !== undefined && max < 2 ** 31 - 1 ? { max } : {}),
    ...(pattern && pattern !== '.*' && usable(pattern) ? { pattern } : {}),
    ...(shape.enum ? { enum: shape.enum } : {}),
  };
  if (Object.keys(found).length === 0) return undefined;
  return shape.sensitive ? { ...found, sensitive: true } : found;
}

const isNumber = ({ type }: Shape) => ['integer', 'long', 'float', 'double'].includes(type);

/**
 * The limits of the operations' inputs: `Struct.member`, and `Struct.member[]` for the items of a list.
 * @throws Error for an operation that the model does not have.
 */
export function constraintsOf(model: BotocoreModel, operations: string[]): Record<string, Constraint> {
  const result: Record<string, Constraint> = {};
  const seen = new Set<string>();
  const shapeOf = (name: string): Shape => model.shapes[name] ?? { type: 'unknown' };
  const add = (key: string, shape: Shape) => {
    const limit = constraintOf(shape);
    if (limit && !excluded.has(key)) result[key] = limit;
  };

  function walk(name: string): void {
    const shape = shapeOf(name);
    for (const inner of [shape.member, shape.value]) if (inner) walk(inner.shape);
    if (shape.type !== 'structure' || seen.has(name)) return;
    seen.add(name);
    for (const [member, { shape: target }] of Object.entries(shape.members ?? {})) {
      const of = shapeOf(target);
      add(`${name}.${member}`, of);
      if (of.member) add(`${name}.${member}[]`, shapeOf(of.member.shape));
      walk(target);
    }
  }

  for (const operation of operations) {
    const known = model.operations[operation];
    if (!known) throw new Error(`botocore knows no operation ${operation}: correct build/served-operations.ts`);
    if (known.input) walk(known.input.shape);
  }
  return result;
}
