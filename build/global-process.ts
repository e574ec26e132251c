/**
 * Stands in for node:process in the bundles. Importing that as an ES module makes Node read every property of
 * `process` for its named exports, among them allowedNodeEnvironmentFlags: 4 ms of each cold start.
 */
export const { env, versions } = process;
