import type { JobSummary } from '../../shared/api/job-view.ts';
import type { JobAnswer } from '../../shared/api/jobs.ts';
import type { ParamConfig } from '../../shared/config/config.ts';
import { allPages } from '../all-pages.ts';
import { apiSynopsis } from '../api.ts';
import { apiCommand, tell } from '../arguments.ts';
import { facts, lengthInWords, localTime, table } from '../print.ts';
import { costInWords, runTable } from '../run-lines.ts';

export const jobs = apiCommand({
  name: 'jobs',
  synopsis: `[JOB] ${apiSynopsis}`,
  summary: 'the jobs, or one of them: parameters, schedules with their next times, limits, cost, last runs',
  options: {},
  names: [0, 1],
  async act({ names: [name], json }, api, terminal) {
    if (name === undefined) {
      const all = await allPages<JobSummary>(api, '/jobs', 'jobs');
      tell(terminal, json, { jobs: all }, () => jobTable(all));
      return 0;
    }
    const answer = (await api.get(`/jobs/${encodeURIComponent(name)}`)) as { job: JobAnswer };
    tell(terminal, json, answer, ({ job }) => jobLines(job));
    return 0;
  },
});

/** The first of its schedules' next times. */
function nextOf({ schedules, pause }: JobSummary): string {
  if (schedules.length === 0) return '-';
  if (pause) return pause.until ? `paused until ${localTime(pause.until)}` : 'paused';
  const [first] = schedules.flatMap(({ next }) => next ?? []).sort();
  return first ? localTime(first) : schedules.map(({ expression }) => expression).join(', ');
}

function jobTable(all: readonly JobSummary[]): string[] {
  if (all.length === 0) return ['batuta.yml has no jobs'];
  const rows = all.map((job) => {
    const { lastRun } = job;
    return [
      job.name,
      nextOf(job),
      lastRun?.state ?? '-',
      lastRun ? localTime(lastRun.createdAt) : '',
      lastRun?.id ?? '',
    ];
  });
  return table([['JOB', 'NEXT', 'LAST RUN', 'ASKED', 'ID'], ...rows]);
}

/** `database  string, one of shop, billing; default shop  Which one` */
function paramRow([name, param]: [string, ParamConfig]): string[] {
  const { type, items, required, secret, description = '' } = param;
  const kind = `${type}${items ? ` of ${items}` : ''}${secret ? ' (the name of a secret)' : ''}`;
  const rules = [
    kind,
    param.enum && `one of ${param.enum.join(', ')}`,
    param.pattern && `like ${param.pattern}`,
    param.min !== undefined && `at least ${param.min}`,
    param.max !== undefined && `at most ${param.max}`,
    param.default !== undefined && `default ${JSON.stringify(param.default)}`,
    required && param.default === undefined && 'required',
  ];
  return [`  ${name}`, rules.filter(Boolean).join(', '), description];
}

function scheduleRow({ name, expression, timezone, next, windowMinutes }: JobSummary['schedules'][number]): string[] {
  // Scheduler gives a rate's time zone no meaning.
  const zone = expression.startsWith('rate(') ? '' : ` ${timezone}`;
  const window = windowMinutes ? `, within ${windowMinutes} min` : '';
  return [`  ${name}`, `${expression}${zone}${window}`, next ? `next ${localTime(next)}` : ''];
}

function sizeInWords({ size: { cpu, memoryMiB, storageGiB, architecture, capacity } }: JobAnswer): string {
  const place = capacity ? `, ${capacity.strategy.join(', ')}` : '';
  const fallback = capacity?.fallback ? `, else ${capacity.fallback.join(', ')}` : '';
  const storage = storageGiB ? `, ${storageGiB} GiB` : '';
  return `${cpu / 1024} vCPU, ${memoryMiB} MiB${storage}, ${architecture}${place}${fallback}`;
}

function limitsInWords({ limits: { overlap, maxParallel, group, timeoutSeconds, retry } }: JobAnswer): string {
  const parts = [
    `timeout ${lengthInWords(timeoutSeconds)}`,
    maxParallel !== undefined && `${maxParallel} at once, then ${overlap}`,
    group && `group ${group}`,
    retry && `${retry.attempts} attempts on ${retry.on.join(', ')}`,
  ];
  return parts.filter(Boolean).join('; ');
}

function pauseInWords({ pause }: JobSummary): string | undefined {
  if (!pause) return undefined;
  const { by, reason, until } = pause;
  return `by ${by}${reason ? `: ${reason}` : ''}${until ? `, until ${localTime(until)}` : ', until resumed'}`;
}

function costLines({ estimate: { perHour, perRun } }: JobAnswer): [string, string | undefined][] {
  return [
    ['cost of an hour', costInWords(perHour)],
    ['cost of a run', perRun && `${costInWords(perRun)} (as the last ones, ${lengthInWords(perRun.seconds)})`],
  ];
}

function jobLines(job: JobAnswer): string[] {
  const params = Object.entries(job.params);
  return [
    job.name,
    ...facts([
      ['image', job.image],
      ['command', job.command.join(' ')],
      ['size', sizeInWords(job)],
      ['limits', limitsInWords(job)],
      ['then', job.then.join(', ')],
      ['on failure', job.onFailure.join(', ')],
      ['paused', pauseInWords(job)],
      ...costLines(job),
    ]),
    ...(params.length > 0 ? ['parameters', ...table(params.map(paramRow))] : []),
    ...(job.schedules.length > 0 ? ['schedules', ...table(job.schedules.map(scheduleRow))] : []),
    ...runTable(job.runs),
  ];
}
