const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** The names in `{{name}}`, as written between the braces without surrounding blanks. */
export function templateNames(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => (match[1] ?? '').trim());
}

/** Replaces each `{{name}}` once: a value that holds braces itself stays as it is. */
export function fillTemplate(template: string, value: (name: string) => string): string {
  return template.replace(PLACEHOLDER, (_, name: string) => value(name.trim()));
}
