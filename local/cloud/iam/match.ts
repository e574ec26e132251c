const escaped = (text: string) => text.replace(/[.+^${}()|[\]\\]/g, '\\$&');

/** IAM's wildcards: `*` any characters, also colons and slashes, `?` exactly one. */
export function matches(pattern: string, text: string, { ignoreCase = false } = {}): boolean {
  const source = escaped(pattern).replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(text);
}

/** As ArnLike: each of the six parts by itself, so that a `*` stays within its part. */
export function matchesArn(pattern: string, arn: string): boolean {
  const split = (text: string) => {
    const parts = text.split(':');
    return [...parts.slice(0, 5), parts.slice(5).join(':')];
  };
  const wanted = split(pattern);
  return split(arn).every((part, index) => matches(wanted[index] ?? '', part));
}
