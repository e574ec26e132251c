/**
 * One page of a list: the token is the offset, opaque to callers.
 * @throws what `refuse` throws for a token this list never gave.
 */
export function pageOf<T>(
  items: readonly T[],
  token: string | undefined,
  size: number,
  refuse: () => never,
): { items: T[]; next: string | undefined } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) refuse();
  const next = start + size < items.length ? Buffer.from(String(start + size)).toString('base64url') : undefined;
  return { items: items.slice(start, start + size), next };
}
