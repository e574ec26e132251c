import type { AwsConnection } from './connection.ts';

/**
 * A client for the region that an ARN names, made when it is first needed. Each call is sent once and given up after
 * ten seconds: what is not known to have arrived is tried again by its delivery, at its own pace.
 */
export function regionalClients<Client>(
  { retryStrategy: _, ...aws }: AwsConnection,
  make: (aws: AwsConnection) => Client,
): (arn: string) => Client {
  const clients = new Map<string, Client>();
  return (arn) => {
    const region = arn.split(':')[3] ?? '';
    const requestHandler = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };
    const client = clients.get(region) ?? make({ requestHandler, ...aws, region, maxAttempts: 1 });
    clients.set(region, client);
    return client;
  };
}
