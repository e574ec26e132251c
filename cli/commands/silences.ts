import type { SilenceView } from '../../shared/api/silences.ts';
import { apiSynopsis } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';
import { UsageError } from '../command.ts';
import { localTime, table } from '../print.ts';
import { readLasting } from '../read-lasting.ts';
import { readWhen } from '../read-when.ts';

export const silences = apiCommand({
  name: 'silences',
  synopsis: apiSynopsis,
  summary: 'what is silenced, until when, by whom and why',
  options: {},
  names: [0, 0],
  async act({ json }, api, terminal) {
    const answer = (await api.get('/silences')) as { silences: SilenceView[] };
    tell(terminal, json, answer, ({ silences: all }) =>
      all.length === 0
        ? ['nothing is silenced']
        : table([
            ['ID', 'WHAT', 'UNTIL', 'BY', 'WHY'],
            ...all.map((each) => [each.id, whatOf(each), localTime(each.until), each.by, each.why]),
          ]),
    );
    return 0;
  },
});

const whatOf = ({ when }: SilenceView) =>
  Object.entries(when)
    .map(([key, value]) => `${key}=${[value].flat().join(',')}`)
    .join(' ') || 'everything';

export const silenceAdd = apiCommand({
  name: 'silence add',
  synopsis: `--for 2h|--until TIME --when 'KEY=VALUE …'|--all --why TEXT ${apiSynopsis}`,
  summary: "tell nothing new of what matches, e.g. 'service=shop-api severity=error,warning'; what is counted goes on",
  options: {
    for: { type: 'string' },
    until: { type: 'string' },
    when: { type: 'string' },
    all: { type: 'boolean', default: false },
    why: { type: 'string' },
  },
  names: [0, 0],
  async act({ values: { for: lasts, until, when, all, why }, json }, api, terminal) {
    if (all && when !== undefined)
      throw new UsageError('--all silences everything, --when a part of it; leave one of them out');
    if (!all && when === undefined)
      throw new UsageError("what is to be silent? --when 'service=shop-api', or --all for everything");
    if (lasts === undefined && until === undefined)
      throw new UsageError('until when? A silence has an end: write for example --for 2h, or --until TIME');
    if (lasts !== undefined && until !== undefined)
      throw new UsageError('--for and --until both say its end; leave one out');
    if (!why) throw new UsageError('why? Who sees the silence later wants to know: --why "load test"');
    const asked = given({ for: readLasting(lasts), until, why, when: when === undefined ? {} : readWhen(when) });
    const answer = (await api.post('/silences', asked)) as { silence: SilenceView };
    tell(terminal, json, answer, ({ silence }) => [
      `${whatOf(silence)} is silenced until ${localTime(silence.until)}; batuta silence remove ${silence.id} ends it`,
    ]);
    return 0;
  },
});

export const silenceRemove = apiCommand({
  name: 'silence remove',
  synopsis: `ID ${apiSynopsis}`,
  summary: 'end a silence before its time',
  options: {},
  names: [1, 1],
  async act({ names: [id = ''], json }, api, terminal) {
    const answer = await api.delete(`/silences/${encodeURIComponent(id)}`);
    tell(terminal, json, answer, () => [
      `${id} is removed: what happens from now on is told again within half a minute, what still goes on within 6 minutes`,
    ]);
    return 0;
  },
});
