/** Of the form that Secrets Manager gives to secrets of databases: what is no secret, and in many a line of a log. */
const noSecrets = new Set([
  'engine',
  'host',
  'port',
  'dbname',
  'username',
  'dbInstanceIdentifier',
  'dbClusterIdentifier',
]);

/** The texts in a secret that is a JSON object, which a script takes apart to use them. */
export function jsonFields(secret: string): string[] {
  if (!/^\s*\{/.test(secret)) return [];
  try {
    return textsIn(JSON.parse(secret));
  } catch {
    return [];
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => (noSecrets.has(name) ? [] : textsIn(field)));
}
