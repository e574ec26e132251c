import { apiSynopsis } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';
import { localTime } from '../print.ts';

interface Paused {
  service: string;
  pause: { until?: string };
}

export const pause = apiCommand({
  name: 'pause',
  synopsis: `SERVICE [--for 2h | --until TIME] [--reason TEXT] ${apiSynopsis}`,
  summary: 'keep a service as it is: nothing is rolled out to it',
  options: { for: { type: 'string' }, until: { type: 'string' }, reason: { type: 'string' } },
  names: [1, 1],
  async act({ names: [service = ''], values, json }, api, terminal) {
    const { for: lasts, until, reason } = values;
    const body = given({ for: lasts, until, reason });
    const answer = (await api.post(`/services/${encodeURIComponent(service)}/pause`, body)) as Paused;
    tell(terminal, json, answer, (paused) => [
      `${service} is paused until ${paused.pause.until ? localTime(paused.pause.until) : `batuta resume ${service}`}`,
    ]);
    return 0;
  },
});

export const resume = apiCommand({
  name: 'resume',
  synopsis: `SERVICE ${apiSynopsis}`,
  summary: 'let a paused service go on; what was pushed meanwhile is rolled out',
  options: {},
  names: [1, 1],
  async act({ names: [service = ''], json }, api, terminal) {
    const answer = (await api.post(`/services/${encodeURIComponent(service)}/resume`, {})) as { resumed: boolean };
    tell(terminal, json, answer, ({ resumed }) => [resumed ? `${service} goes on` : `${service} was not paused`]);
    return 0;
  },
});
