import { AwsError } from '../service.ts';

export type Matcher = (message: string) => boolean;

export function refusePattern(reason: string): never {
  throw new AwsError('InvalidParameterException', `Invalid filter pattern: ${reason}`);
}
