/**
 * In the place of @aws-sdk/middleware-endpoint-discovery, which only the client of DynamoDB loads, with a cache
 * of its own (mnemonist). No operation of ours looks for endpoints: it is off unless a variable asks for it, and
 * DynamoDB's endpoints follow from its region.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => false,
  configFileSelector: () => false,
  default: false,
};
/** What the client's constructor calls: it keeps the configuration as it is. */
export const resolveEndpointDiscoveryConfig = <Config>(config: Config): Config => config;
