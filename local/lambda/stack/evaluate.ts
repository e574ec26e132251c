/** What intrinsic functions look up: the account's names and the resources'. */
export interface Scope {
  /** `Ref` of a pseudo parameter or a resource. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  /** Of `Conditions`, by name. */
  condition(name: string): unknown;
}

/** What `AWS::NoValue` evaluates to: the property that has it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (given: unknown, scope: Scope) => unknown;

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

function sub(given: unknown, scope: Scope): string {
  const [template, variables] = Array.isArray(given) ? given : [given, {}];
  const own = evaluate(variables, scope) as Record<string, unknown>;
  return String(template).replace(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (name in own) return String(own[name]);
    const dot = name.indexOf('.');
    return String(dot < 0 ? scope.ref(name) : scope.getAtt(name.slice(0, dot), name.slice(dot + 1)));
  });
}

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(String(name)),
  Condition: (name, scope) => isTrue(scope.condition(String(name)), scope),
  'Fn::GetAtt': (given, scope) => {
    const [logicalId, ...attribute] = Array.isArray(given) ? given : String(given).split('.');
    return scope.getAtt(String(logicalId), attribute.join('.'));
  },
  'Fn::Sub': sub,
  'Fn::Join': (given, scope) => {
    const [separator, values] = given as [string, unknown];
    return list(evaluate(values, scope)).join(separator);
  },
  'Fn::If': (given, scope) => {
    const [name, yes, no] = given as [string, unknown, unknown];
    return evaluate(isTrue(scope.condition(name), scope) ? yes : no, scope);
  },
  'Fn::Equals': (given, scope) => {
    const [left, right] = list(evaluate(given, scope));
    return String(left) === String(right);
  },
  'Fn::Not': (given, scope) => !isTrue(list(given)[0], scope),
  'Fn::And': (given, scope) => list(given).every((item) => isTrue(item, scope)),
  'Fn::Or': (given, scope) => list(given).some((item) => isTrue(item, scope)),
};

function isTrue(condition: unknown, scope: Scope): boolean {
  return evaluate(condition, scope) === true;
}

/**
 * Evaluates CloudFormation's intrinsic functions inside `value`.
 * @throws Error for a function that is not known here.
 */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== NO_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name, given] = ['', undefined]] = entries;
  const intrinsic = entries.length === 1 ? intrinsics[name] : undefined;
  // `Condition` is also an IAM statement's member, whose value is an object.
  if (intrinsic && !(name === 'Condition' && typeof given !== 'string')) return intrinsic(given, scope);
  if (name.startsWith('Fn::'))
    throw new Error(`serverless.yml uses ${name}, which local/lambda/stack/evaluate.ts does not know`);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, evaluate(item, scope)]).filter(([, item]) => item !== NO_VALUE),
  );
}
