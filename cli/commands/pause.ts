import { apiSynopsis } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';
import { findNamed, kindOptions } from '../job-or-service.ts';
import { localTime } from '../print.ts';
import { readLasting } from '../read-lasting.ts';

interface Paused {
  pause: { until?: string };
}

export const pause = apiCommand({
  name: 'pause',
  synopsis: `SERVICE|JOB [--for 2h | --until TIME] [--reason TEXT] [--service | --job] ${apiSynopsis}`,
  summary: 'keep a service as it is: nothing is rolled out to it; of a job, its schedules start nothing',
  options: { for: { type: 'string' }, until: { type: 'string' }, reason: { type: 'string' }, ...kindOptions },
  names: [1, 1],
  async act({ names: [name = ''], values, json }, api, terminal) {
    const { for: lasts, until, reason } = values;
    const { kind, path } = await findNamed(api, name, values);
    const answer = (await api.post(`${path}/pause`, given({ for: readLasting(lasts), until, reason }))) as Paused;
    tell(terminal, json, answer, (paused) => [
      `${kind === 'job' ? `the schedules of ${name} are` : `${name} is`} paused until ${
        paused.pause.until ? localTime(paused.pause.until) : `batuta resume ${name}`
      }`,
    ]);
    return 0;
  },
});

export const resume = apiCommand({
  name: 'resume',
  synopsis: `SERVICE|JOB [--service | --job] ${apiSynopsis}`,
  summary:
    'let a paused service or job go on; what was pushed meanwhile is rolled out, what was to run is not made up for',
  options: kindOptions,
  names: [1, 1],
  async act({ names: [name = ''], values, json }, api, terminal) {
    const { path } = await findNamed(api, name, values);
    const answer = (await api.post(`${path}/resume`, {})) as { resumed: boolean };
    tell(terminal, json, answer, ({ resumed }) => [resumed ? `${name} goes on` : `${name} was not paused`]);
    return 0;
  },
});
