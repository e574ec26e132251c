import type { JobConfig, ParamValue } from '../../shared/config/config.ts';
import { paramEnvironment } from '../../shared/config/job-parameters.ts';

/** What a script needs of this machine: programs, the AWS configuration, and how to reach the network. */
const ofTheMachine = /^(PATH|HOME|TMPDIR|(HTTPS?|NO|ALL)_PROXY|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|AWS_.*)$/i;

interface Given {
  params: Readonly<Record<string, ParamValue>>;
  secrets: Readonly<Record<string, string>>;
  deadlineAtMs: number;
}

/**
 * A task's environment, as its task definition and launch make it, and nothing else of the caller's: what a script
 * misses in a task it shall miss here too. The time zone is a container's.
 */
export function localEnvironment(
  job: JobConfig,
  { params, secrets, deadlineAtMs }: Given,
  machine: NodeJS.ProcessEnv,
): Record<string, string> {
  const kept = Object.entries(machine).filter(([name, value]) => ofTheMachine.test(name) && value !== undefined);
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    TZ: 'UTC',
    ...secrets,
    ...paramEnvironment(params),
    BATUTA_SECRETS: Object.keys(job.secrets).join(','),
    BATUTA_STOP_TIMEOUT: `${job.stopTimeoutSeconds}`,
    BATUTA_RUN_ID: 'local',
    BATUTA_ATTEMPT: '1',
    BATUTA_DEADLINE: `${deadlineAtMs}`,
  };
}
