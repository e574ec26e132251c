import { AwsError, type Place } from '../service.ts';

const allowed = /^[A-Za-z0-9.\-_/]+$/;

/** A name may come as the parameter's ARN; a selector (`:3`) stays on it. */
export function nameOf(nameOrArn: string): string {
  const path = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter\/(.+)$/.exec(nameOrArn)?.[1];
  if (path === undefined) return nameOrArn;
  // The ARN of `/a/b` and of a (forbidden) `a/b` are the same; a name without a slash has none in front.
  return path.includes('/') ? `/${path}` : path;
}

/** `name:version` → its parts. */
export function splitSelector(name: string): { name: string; selector: string | undefined } {
  const at = name.lastIndexOf(':');
  return at < 0 ? { name, selector: undefined } : { name: name.slice(0, at), selector: name.slice(at + 1) };
}

export function parameterArn(place: Place, nameOrArn: string): string {
  const { name } = splitSelector(nameOf(nameOrArn));
  return `arn:aws:ssm:${place.region}:${place.account}:parameter/${name.replace(/^\//, '')}`;
}

/** @throws AwsError as PutParameter words it. */
export function checkNewName(name: string): void {
  const refuse = (message: string) => {
    throw new AwsError('ValidationException', message);
  };
  if (!name.startsWith('/') && name.includes('/')) refuse('Parameter name must be a fully qualified name.');
  if (!allowed.test(name) || name.includes('//') || name.endsWith('/'))
    refuse(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of ' +
        'sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following ' +
        '3 symbols .-_',
    );
  if (/^\/?(aws|ssm)/i.test(name)) refuse(`No access to reserved parameter name: ${name}.`);
  if (name.split('/').length - 1 > 15)
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      'Hierarchy depth exceeded the maximum: a parameter name can have 15 levels.',
    );
}

/** @throws AwsError when GetParametersByPath is given no path. */
export function checkPath(path: string): void {
  if (path.startsWith('/') && (path === '/' || allowed.test(path))) return;
  throw new AwsError(
    'ValidationException',
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". ' +
      'It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore).',
  );
}
