const isPlain = (part: string) =>
  /^(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])|\d+)*[0-9A-F]{0,8}$/.test(part) ||
  /^[0-9a-f]+$|^[0-9A-Z]{11,14}$|^\w$|^\d{8}T\d{4,6}Z?$/.test(part);

/** Long runs of base64 are taken for keys, unless they are a digest in hex, or plain words put together. */
export const looksRandom = (run: string) =>
  /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run) && !run.split(/[/_+-]/).every(isPlain);

/**
 * A path is not as random as all of its names together: `/tmp/tmp-Xa81bQ/home/dump`. One that begins with no slash is
 * known by its words: `exports-7Gh2/nightly/2026/shop`.
 */
export const isPath = (run: string) =>
  (/^\/.*\//.test(run) || isMostlyWords(run)) &&
  !run.split(/[/_+-]/).some((part) => part.length >= 16 && looksRandom(part));

const isMostlyWords = (run: string) => {
  const words = run.split(/[/_+-]/).filter((part) => /^(?:[A-Z]?[a-z]{2,}|\d{2,4})$/.test(part));
  return run.includes('/') && words.join('').length >= run.length / 2;
};

/** A word that holds eight or more letters and digits mixed, other than a date or a duration: `abcd1234efgh`. */
export const isMixed = (word: string) =>
  (word.length >= 16 && looksRandom(word)) ||
  word
    .split(/[^A-Za-z0-9]+/)
    .some(
      (part) =>
        part.length >= 8 &&
        /\d.*\d/.test(part) &&
        /[a-z]/i.test(part) &&
        !/^(?:\d+[a-z]{1,2}|\d{8}T\d{4,6}Z?)$/i.test(part),
    );
