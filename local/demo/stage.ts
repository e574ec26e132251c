import type { Shown } from '../channels/shown.ts';
import type { Tell } from './report.ts';

/** An event that passed a local bus, as EventBridge would deliver it. */
export interface PassedEvent {
  source: string;
  'detail-type': string;
  resources: readonly string[];
  detail: unknown;
}

/** What the demo stands on: the running system's public doors, and ears. */
export interface Stage {
  api: string;
  aws: string;
  token: string;
  /** The configuration's demo job and service exist: checked before. */
  push(image: string, directory: string): Promise<{ digest: string }>;
  /** Fires the job once at that time by EventBridge Scheduler. */
  scheduleOnce(job: string, at: Date): Promise<void>;
  /** The service's live truth. */
  service(name: string): Promise<{ taskDefinition: string; image: string; rollout: string; answer: string }>;
  received: readonly Shown[];
  /** Values that no line may show. */
  secrets: readonly string[];
  /** Calls back for each event on the buses; returns how to stop. */
  listen(listener: (event: PassedEvent) => void): () => void;
  tell: Tell;
}

/** Resolves with the first value that `look` finds, looking every 50 ms; undefined when time is up. */
export async function waitFor<Value>(
  look: () => Value | undefined | Promise<Value | undefined>,
  withinMs: number,
): Promise<Value | undefined> {
  const until = Date.now() + withinMs;
  for (;;) {
    const value = await look();
    if (value !== undefined || Date.now() > until) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export interface RunView {
  id: string;
  job: string;
  state: string;
  outputs: Record<string, string>;
  outcome?: { cause: string };
}

/** The HTTP API as a user calls it. */
export function apiOf({ api, token }: Pick<Stage, 'api' | 'token'>) {
  async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${api}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /api${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
  }
  return {
    startRun: (job: string, params: Record<string, unknown>) =>
      call<{ run: RunView }>('POST', `/jobs/${job}/runs`, { params }).then(({ run }) => run),
    run: (id: string) => call<{ run: RunView }>('GET', `/runs/${id}`).then(({ run }) => run),
    deployments: (service: string) =>
      call<{ deployments: { id: string; state: string }[] }>('GET', `/deployments?service=${service}`).then(
        ({ deployments }) => deployments,
      ),
    approve: (id: string, reason: string) => call<unknown>('POST', `/deployments/${id}/approve`, { reason }),
    logs: (id: string, cursor?: string) =>
      call<{ lines: { message: string }[]; cursor: string; complete: boolean }>(
        'GET',
        `/runs/${id}/logs${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`,
      ),
  };
}
