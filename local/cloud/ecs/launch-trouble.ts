/** Why a task never reaches RUNNING. */
export type StartTrouble =
  /**
   * It stops by itself: TaskFailedToStart with this stoppedReason. `containers` tells whether DescribeTasks lists
   * the containers that never were; ECS's answers have been seen without any.
   */
  | { kind: 'fails'; stoppedReason: string; containers: 'none' | 'listed' }
  /** It stays where it is until something stops it. */
  | { kind: 'hangs'; at: 'PROVISIONING' | 'PENDING' };

/** What a test arranged for launches of standalone tasks. */
export interface LaunchTrouble {
  /** One per launched task, first come. */
  starts: { family: string | undefined; trouble: StartTrouble }[];
  /** One per RunTask: the reason of the failures with which it answers although its tasks start. */
  misreports: string[];
  /** How long a launched task is not yet known. */
  unknownForMs: number;
}

export function noTrouble(): LaunchTrouble {
  return { starts: [], misreports: [], unknownForMs: 0 };
}

/** The trouble of the next task of this family; it is used up. */
export function takeStartTrouble({ starts }: LaunchTrouble, family: string): StartTrouble | undefined {
  const index = starts.findIndex((start) => start.family === undefined || start.family === family);
  return index < 0 ? undefined : starts.splice(index, 1)[0]?.trouble;
}
