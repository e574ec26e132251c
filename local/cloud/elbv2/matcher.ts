const PART = /^(\d{3})(?:-(\d{3}))?$/;

/** Whether it is codes and ranges with commas between, as HttpCode of Matcher has them. */
export function isMatcher(text: string): boolean {
  return text.split(',').every((part) => PART.test(part));
}

export function matches(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [, from = '', to = from] = PART.exec(part) ?? [];
    return from !== '' && Number(from) <= status && status <= Number(to);
  });
}
