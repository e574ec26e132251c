import { SOURCE } from './ours.ts';
import { fields, ignored, type Parsed, text } from './parse.ts';

/** There may be runs to launch or to settle; `runId` names one that an index may not show yet. */
export interface LaunchWanted {
  runId?: string;
}

export function parseLaunchWanted(raw: unknown): Parsed<LaunchWanted> {
  const event = fields(raw);
  const detail = fields(event.detail);
  const kind = text(event['detail-type']);
  const id = text(detail.id);
  if (event.source === SOURCE && kind === 'Launch Work Left') return { kind: 'event', value: {} };
  const isForWorker = detail.state === 'queued' || detail.settle === true;
  if (event.source === SOURCE && kind === 'Run State Change' && isForWorker && id)
    return { kind: 'event', value: { runId: id } };
  return ignored(`nothing to launch: ${kind ?? 'no detail-type'}`);
}
