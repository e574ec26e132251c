import type { FreezeWindow } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import { windowAt } from '../../schedule/weekly-windows.ts';

interface Freeze {
  /** The window that holds now. */
  window: FreezeWindow;
  /** When the last of the windows that follow each other without a gap ends. */
  until: Instant;
}

/**
 * Whether a freeze window holds `now`, and until when; undefined where none does.
 * @throws Error for a window whose time zone does not exist.
 */
export const freezeUntil = (windows: readonly FreezeWindow[], now: Instant): Freeze | undefined =>
  windowAt(windows, now);
