/**
 * In the place of @smithy/core's event streams, which clients load for operations that stream events
 * (StartLiveTail and the like). No operation of ours does; one that did would say so here.
 */
export function eventStreamSerdeProvider(): never {
  throw new Error('the functions are bundled without event streams (build/no-event-streams.ts)');
}
export const EventStreamSerde = undefined;
/** What a client's constructor calls: it keeps the configuration as it is. */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;
