/**
 * In the place of @aws-sdk/signature-v4-multi-region, which only the client of EventBridge loads, for its global
 * endpoints (PutEvents with an EndpointId). Without this class the SDK signs as for every other service.
 */
export const SignatureV4MultiRegion = undefined;
