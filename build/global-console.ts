/** Stands in for node:console in the bundles, for the reason of global-process.ts: 1 ms of each cold start. */
export const { Console } = console;
