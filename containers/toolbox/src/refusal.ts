/** Why nothing was run: one line for a person and the container's exit code. */
export interface Refusal {
  kind: 'refused';
  exitCode: number;
  message: string;
}

export function refuse(exitCode: number, message: string): Refusal {
  return { kind: 'refused', exitCode, message };
}
