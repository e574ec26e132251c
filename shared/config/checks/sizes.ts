import { durationMs } from '../duration.ts';
import { fargateSizeProblem } from '../fargate-size.ts';
import type { Finding, Path } from '../problem.ts';
import { providersOf, runsOnEc2 } from './capacity.ts';
import { type Check, type CheckInput, type JobDraft, jobsOf } from './check.ts';

/** Each job has a size that its capacity has. */
export const checkSizes: Check = (input) =>
  jobsOf(input).flatMap(([, job, path]) => {
    // Which of the two is meant cannot be told from a capacity of a wrong shape.
    if (input.given([...path, 'capacity']) && providersOf(job.capacity, []).length === 0) return [];
    return runsOnEc2(job) ? checkEc2(job, path, input) : checkFargate(job, path, input);
  });

function checkFargate(job: JobDraft, path: Path, input: CheckInput): Finding[] {
  const { stopTimeout } = job;
  const tooLong = stopTimeout !== undefined && durationMs(stopTimeout) > 120_000;
  return [...checkPair(job, path, input), ...(tooLong ? [stopTooLong([...path, 'stopTimeout'])] : [])];
}

/** Source: ECS API reference, ContainerDefinition `stopTimeout`. */
const stopTooLong = (path: Path): Finding => ({
  path,
  message: 'is longer than Fargate allows',
  write: 'write at most 120s',
});

function checkPair({ cpu, memory }: JobDraft, path: Path, { given }: CheckInput): Finding[] {
  const wrongShape = (key: string, value: unknown) => value === undefined && given([...path, key]);
  if (wrongShape('cpu', cpu) || wrongShape('memory', memory)) return [];
  const problem = fargateSizeProblem(cpu ?? 256, memory ?? 512);
  if (problem === undefined) return [];
  const key = [...path, problem.key];
  return [{ path: given(key) ? key : path, message: problem.message, write: problem.write }];
}

/** Sources: ECS API reference, RegisterTaskDefinition `cpu`, ContainerDefinition `memory`, AwsVpcConfiguration `assignPublicIp`. */
function checkEc2({ cpu = 256, memory = 512, network }: JobDraft, path: Path, input: CheckInput): Finding[] {
  const { draft, given } = input;
  const findings: Finding[] = [];
  const add = (at: Path, message: string, write: string) => findings.push({ path: at, message, write });
  if (cpu < 128 || cpu > 196_608)
    add([...path, 'cpu'], `${cpu} CPU units are not possible on EC2 instances`, 'write 128 to 196608');
  if (memory < 6) add([...path, 'memory'], `${memory} MiB is too little for a container`, 'write 6 or more');
  if (given([...path, 'storage']))
    add([...path, 'storage'], "only Fargate has storage to ask for, EC2 instances have their own disk's", 'remove it');
  if (hasPublicIp(network))
    add([...path, 'network', 'assignPublicIp'], 'tasks on EC2 instances can have no public address', 'write false');
  if (!given([...path, 'network']) && hasPublicIp(draft.network))
    add(
      [...path, 'capacity'],
      'the top-level network gives tasks a public address, which they cannot have on EC2 instances',
      'give this job a `network` of its own',
    );
  return findings;
}

const hasPublicIp = (network: JobDraft['network']) => typeof network === 'object' && network.assignPublicIp === true;
