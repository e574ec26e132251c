import { AwsError } from '../service.ts';

/** How many recent tokens are remembered; AWS remembers each for 8 hours. */
const remembered = 1000;

/** Repeats of a call with the same ClientToken have no second effect and get the first answer. */
export function createClientTokens(): <Output>(
  input: { ClientToken?: string | undefined },
  run: () => Output,
) => Output {
  const calls = new Map<string, { request: string; output: unknown }>();
  return <Output>(input: { ClientToken?: string | undefined }, run: () => Output): Output => {
    const request = JSON.stringify(input);
    const token = input.ClientToken;
    const known = token === undefined ? undefined : calls.get(token);
    if (known && known.request !== request)
      throw new AwsError('ConflictException', `ClientToken ${token} was used with other parameters.`, 409);
    if (known) return known.output as Output;
    const output = run();
    if (token !== undefined) calls.set(token, { request, output });
    const [oldest] = calls.keys();
    if (calls.size > remembered && oldest !== undefined) calls.delete(oldest);
    return output;
  };
}
