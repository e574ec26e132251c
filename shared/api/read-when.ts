import type { Config, NewsFamily, RouteConfig, Severity } from '../config/config.ts';
import { suggestName } from '../config/nearest.ts';
import { familyOf, newsKinds } from '../notify/news-kind.ts';
import { familiesOf, globMatches } from '../notify/routes/routes.ts';
import { refuseUnknownFields } from './request.ts';
import { wrongField } from './ship.ts';

type When = RouteConfig['when'];
type Names = Pick<Config, 'jobs' | 'services' | 'scheduledTasks'>;

const severities: readonly Severity[] = ['info', 'warning', 'error'];
const families = familiesOf({});
const globs = ['job', 'service', 'environment', 'tag'] as const;
const fields = ['severity', 'kind', ...globs];

/**
 * Conditions as a route of batuta.yml has them: `{severity: error, kind: [run, service], job: 'db-*'}`; `{}`: all news.
 * @throws BadRequest 422 naming the field, also where no news can fulfil them
 */
export function readWhen(given: unknown, config: Names): When {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw wrongField('when', 'must be an object such as {"service": "shop-api"}; {} stands for all news');
  const written = given as Record<string, unknown>;
  refuseUnknownFields(written, fields);
  const [severity, kind] = [oneOrMore('severity', written, severities), oneOrMore('kind', written, families)];
  const names = globs.flatMap((key) => {
    const glob = readGlob(key, written[key], config);
    return glob === undefined ? [] : [[key, glob] as const];
  });
  const when: When = { ...(severity ? { severity } : {}), ...(kind ? { kind } : {}), ...Object.fromEntries(names) };
  if (familiesOf(when).length === 0)
    throw wrongField('when', `asks for what no news is: ${Object.keys(when).join(' and ')} at once; leave one out`);
  return when;
}

function oneOrMore<Value extends NewsFamily | Severity>(
  field: 'severity' | 'kind',
  written: Record<string, unknown>,
  known: readonly Value[],
): readonly Value[] | undefined {
  if (written[field] === undefined) return undefined;
  const values = [written[field]].flat();
  if (values.length === 0) throw wrongField(`when.${field}`, `is empty; ${suggestName('', known)}, or leave it out`);
  return values.map((value) => {
    const found = known.find((each) => each === value);
    if (found === undefined)
      throw wrongField(`when.${field}`, `has no ${show(value)}; ${suggestFamily(value) ?? suggest(value, known)}`);
    return found;
  });
}

/** For who writes the whole kind. */
function suggestFamily(value: unknown): string | undefined {
  const kind = newsKinds.find((each) => each === value);
  return kind && `write ${familyOf(kind)}; its kinds are not told apart`;
}

const longest = 255;

function readGlob(key: (typeof globs)[number], value: unknown, config: Names): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '' || value.length > longest)
    throw wrongField(`when.${key}`, `must be a name, in which * stands for any characters`);
  const known = namesOf(key, config);
  if (known && !known.some((name) => globMatches(value, name)))
    throw wrongField(`when.${key}`, `matches no ${key} of batuta.yml: ${show(value)}; ${suggest(value, known)}`);
  return value;
}

function namesOf(key: (typeof globs)[number], { jobs, services, scheduledTasks }: Names): string[] | undefined {
  if (key === 'job') return Object.keys(jobs);
  return key === 'service' ? [...Object.keys(services), ...Object.keys(scheduledTasks)] : undefined;
}

const show = (value: unknown) => String(JSON.stringify(value)).slice(0, 100);
const suggest = (value: unknown, known: readonly string[]) => suggestName(String(value), known) ?? 'it has none';
