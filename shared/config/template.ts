const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const SPREAD = /^\{\{\s*\.\.\.\s*([^{}]*?)\s*\}\}$/;

/** The names in `{{name}}`, as written between the braces without surrounding blanks. */
export function templateNames(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => (match[1] ?? '').trim());
}

/** The list that an argument spreads, where it is `{{...list}}` and nothing else. */
export function spreadName(template: string): string | undefined {
  return SPREAD.exec(template)?.[1];
}

/** Replaces each `{{name}}` once: a value that holds braces itself stays as it is. */
export function fillTemplate(template: string, value: (name: string) => string): string {
  return template.replace(PLACEHOLDER, (_, name: string) => value(name.trim()));
}
