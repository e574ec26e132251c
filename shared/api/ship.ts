import type { ServiceConfig, TargetConfig } from '../config/config.ts';
import { BadRequest } from '../core/errors.ts';
import type { AskDeps } from '../deploy/connect.ts';
import type { ApiDeps } from './app.ts';

/** What the routes of services and deployments need. */
export interface ShipDeps extends ApiDeps {
  ship: AskDeps;
}

/** The service as batuta.yml has it. @throws BadRequest 404 */
export function findService({ config }: Pick<ApiDeps, 'config'>, name: string): ServiceConfig {
  const spec = Object.hasOwn(config.services, name) ? config.services[name] : undefined;
  if (spec) return spec;
  if (Object.hasOwn(config.scheduledTasks, name))
    throw unknownService(
      `${name} is a scheduled task; plans, services and rollbacks are of services only: use batuta deploy ${name} --tag …`,
    );
  const known = Object.keys(config.services);
  const some = known.length > 20 ? `${known.slice(0, 20).join(', ')} and ${known.length - 20} more` : known.join(', ');
  throw unknownService(`There is no service ${name}; batuta.yml has: ${some || 'none'}`);
}

const unknownService = (why: string) => new BadRequest(404, why, [{ field: 'service', message: 'is no service' }]);

/** A service or a scheduled task. @throws BadRequest 404 */
export function findTarget(deps: Pick<ApiDeps, 'config'>, name: string): TargetConfig {
  const { scheduledTasks } = deps.config;
  const task = Object.hasOwn(scheduledTasks, name) ? scheduledTasks[name] : undefined;
  return task ?? findService(deps, name);
}

/** A text of the body; undefined where it is absent. @throws BadRequest 422 for anything else, or over `most` characters */
export function textField(body: Record<string, unknown>, field: string, most = 500): string | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '' && value.length <= most) return value;
  throw wrongField(field, `must be a text of 1 to ${most} characters`);
}

export const wrongField = (field: string, message: string) =>
  new BadRequest(422, `${field} ${message}`, [{ field, message }]);
