import type { PolicyStatement, StackResource, StackRole } from './stack.ts';

const strings = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

function conditionOf(condition: object): NonNullable<PolicyStatement['Condition']> {
  const operators = Object.entries(condition).map(([operator, keys]) => [
    operator,
    Object.fromEntries(Object.entries(keys as object).map(([key, values]) => [key, strings(values)])),
  ]);
  return Object.fromEntries(operators);
}

function statementOf(raw: Record<string, unknown>): PolicyStatement {
  const { Effect, Condition, Sid: _sid, ...elements } = raw;
  return {
    Effect: Effect as PolicyStatement['Effect'],
    ...Object.fromEntries(Object.entries(elements).map(([element, values]) => [element, strings(values)])),
    ...(Condition ? { Condition: conditionOf(Condition) } : {}),
  };
}

function statementsOf(document: unknown): PolicyStatement[] {
  const { Statement } = document as { Statement: Record<string, unknown> | Record<string, unknown>[] };
  return [Statement].flat().map(statementOf);
}

/** Every role with its inline policies and the managed policies that name it, by role name. */
export function rolesOf(resources: Readonly<Record<string, StackResource>>): Record<string, StackRole> {
  const all = Object.values(resources);
  const managed = all.filter(({ type }) => type === 'AWS::IAM::ManagedPolicy');
  const roles = all
    .filter(({ type }) => type === 'AWS::IAM::Role')
    .map(({ name, arn, properties }): StackRole => {
      const inline = (properties.Policies ?? []) as { PolicyDocument: unknown }[];
      const attached = managed.filter((policy) => ((policy.properties.Roles ?? []) as string[]).includes(name));
      const documents = [
        ...inline.map((policy) => policy.PolicyDocument),
        ...attached.map((policy) => policy.properties.PolicyDocument),
      ];
      return { name, arn, statements: documents.flatMap(statementsOf) };
    });
  return Object.fromEntries(roles.map((role) => [role.name, role]));
}
