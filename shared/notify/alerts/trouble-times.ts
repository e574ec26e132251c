const minute = 60_000;

/** Repeats are told so long after the first. */
export const firstFoldMs = 10 * minute;
/** Of one subject, trouble is told at most twice within this: the first and a folding, or two causes. */
export const hourMs = 60 * minute;
/** After how long trouble that goes on is told again, where no route says otherwise. */
export const defaultRepeatMs = 4 * hourMs;
/** What a silence holds back is looked at so often: whether the silence still holds. */
export const silentLookMs = 5 * minute;
