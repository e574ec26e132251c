const minute = 60_000;

/** Repeats are told so long after the first. */
export const firstFoldMs = 10 * minute;
/** Of one subject, trouble is told at most twice within this: the first and a folding, or two causes. */
export const hourMs = 60 * minute;
/** After how long trouble that goes on is told again, where no route says otherwise. */
export const defaultRepeatMs = 4 * hourMs;
/** What comes again within this comes and goes: its end is told when it has stayed well for so long. Trouble of that length is long. */
export const settleMs = 30 * minute;
/** So long at most the first end waits, where a new beginning could not be told at once. */
export const restMs = 15 * minute;
/** What a silence holds back is looked at so often: whether the silence still holds. */
export const silentLookMs = 5 * minute;
