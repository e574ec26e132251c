const escaped = (text: string) => text.replace(/[.+^${}()|[\]\\]/g, '\\$&');

const compiled = new Map<string, RegExp>();

/** Policies are few and asked at every call, so nothing is ever dropped. */
function patternOf(pattern: string, flags: string): RegExp {
  const key = `${flags}:${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  const made = new RegExp(`^${escaped(pattern).replaceAll('*', '.*').replaceAll('?', '.')}$`, flags);
  compiled.set(key, made);
  return made;
}

/** IAM's wildcards: `*` any characters, also colons and slashes, `?` exactly one. */
export function matches(pattern: string, text: string, { ignoreCase = false } = {}): boolean {
  return patternOf(pattern, ignoreCase ? 'is' : 's').test(text);
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
