import type { JobConfig } from '../config/config.ts';
import { BadRequest } from '../core/errors.ts';
import type { ApiDeps } from './app.ts';

const mostNamed = 20;

/** The job as batuta.yml has it. @throws BadRequest 404 */
export function findJob({ config }: Pick<ApiDeps, 'config'>, name: string): JobConfig {
  const job = Object.hasOwn(config.jobs, name) ? config.jobs[name] : undefined;
  if (job) return job;
  const known = Object.keys(config.jobs);
  const more = known.length > mostNamed ? ` and ${known.length - mostNamed} more` : '';
  const some = known.slice(0, mostNamed).join(', ') + more;
  throw new BadRequest(404, `There is no job ${name}; batuta.yml has: ${some || 'none'}`, [
    { field: 'job', message: 'is not known' },
  ]);
}
