/** CPU units → MiB from, to and step. Source: Amazon ECS Developer Guide, "Task CPU and memory" for Fargate. */
const SIZES: ReadonlyMap<number, { from: number; to: number; step: number } | readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, { from: 1024, to: 4096, step: 1024 }],
  [1024, { from: 2048, to: 8192, step: 1024 }],
  [2048, { from: 4096, to: 16384, step: 1024 }],
  [4096, { from: 8192, to: 30720, step: 1024 }],
  [8192, { from: 16384, to: 61440, step: 4096 }],
  [16384, { from: 32768, to: 122880, step: 8192 }],
]);

/** The memory that Fargate has for so many CPU units, in MiB, smallest first; empty where it has no such size. */
export function fargateMemories(cpu: number): readonly number[] {
  const range = SIZES.get(cpu) ?? [];
  return 'step' in range ? steps(range) : range;
}

/** What is wrong with this pair on Fargate and which key to change, or undefined where it is possible. */
export function fargateSizeProblem(
  cpu: number,
  memoryMiB: number,
): { key: 'cpu' | 'memory'; message: string; write: string } | undefined {
  const range = SIZES.get(cpu);
  if (range === undefined) {
    const write = `use ${listed([...SIZES.keys()])} (1024 is one vCPU)`;
    return { key: 'cpu', message: `${cpu} CPU units are not possible on Fargate`, write };
  }
  const possible = 'step' in range ? steps(range) : range;
  if (possible.includes(memoryMiB)) return undefined;
  const message = `${memoryMiB} MiB is not possible with ${cpu} CPU units`;
  if (!('step' in range) || possible.length <= 8) return { key: 'memory', message, write: `use ${listed(possible)}` };
  return { key: 'memory', message, write: `use ${range.from} to ${range.to} in steps of ${range.step}` };
}

function steps({ from, to, step }: { from: number; to: number; step: number }): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);
}

function listed(numbers: readonly number[]): string {
  return `${numbers.slice(0, -1).join(', ')} or ${numbers.at(-1)}`;
}
