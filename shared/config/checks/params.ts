import type { ParamConfig } from '../config.ts';
import { DURATION } from '../duration.ts';
import { boundOf, isDate } from '../param-value.ts';
import type { Finding, Path } from '../problem.ts';
import { type Check, entries, jobsOf, type ParamDraft } from './check.ts';
import { rulesOf, valueFinding } from './param-rules.ts';

const SWAP = 'swap them';

/** What each parameter says goes with its type, and its default is a value that it takes. */
export const checkParamsOfJobs: Check = (input) =>
  jobsOf(input).flatMap(([, job, path]) =>
    entries(job.params, ...path, 'params').flatMap(([, param, at]) => {
      const rules = rulesOf(param);
      if (rules === undefined) return [];
      const findings = [...checkKeys(param, rules, at), ...checkBounds(param, rules, at), ...checkEnum(rules, at)];
      return [...findings, ...checkDefault(soundRules(rules, findings, at), at)];
    }),
  );

/** The rules as they will be once the findings are mended, as far as that is known. */
function soundRules(rules: ParamConfig, findings: readonly Finding[], path: Path): ParamConfig {
  const wrong = new Set(findings.map((finding) => finding.path[path.length]));
  const { min, max } = rules;
  const areSwapped = findings.some(({ write }) => write === SWAP);
  const kept = Object.entries(rules).filter(([key]) => !wrong.has(key));
  return { ...(Object.fromEntries(kept) as unknown as ParamConfig), ...(areSwapped ? { min: max, max: min } : {}) };
}

const ONLY: Record<string, { goesWith: string; types: readonly ParamConfig['type'][] }> = {
  items: { goesWith: 'a list', types: ['list'] },
  pattern: { goesWith: 'texts', types: ['string', 'list'] },
  secret: { goesWith: 'strings', types: ['string'] },
  min: {
    goesWith: 'numbers, strings, lists, dates and durations',
    types: ['number', 'integer', 'string', 'list', 'date', 'duration'],
  },
};

function checkKeys(param: ParamDraft, rules: ParamConfig, path: Path): Finding[] {
  const findings: Finding[] = (['items', 'pattern', 'secret', 'min', 'max'] as const).flatMap((key) => {
    const only = ONLY[key === 'max' ? 'min' : key];
    // \`secret: false\` says nothing.
    if (only === undefined || !param[key] || only.types.includes(rules.type)) return [];
    return [{ path: [...path, key], message: `goes with ${only.goesWith} only`, write: 'remove it' }];
  });
  if (param.type === 'enum' && param.enum === undefined)
    findings.push({ path, message: 'does not say which values it takes', write: 'add `enum: [a, b]`' });
  return findings;
}

function checkBounds(param: ParamDraft, { type }: ParamConfig, path: Path): Finding[] {
  const { min, max } = param;
  const wrong = (['min', 'max'] as const).flatMap((key) => {
    const bound = param[key];
    const problem = bound === undefined ? undefined : boundProblem(type, bound);
    return problem === undefined ? [] : [{ path: [...path, key], message: problem }];
  });
  if (wrong.length > 0 || min === undefined || max === undefined || boundOf(type, min) <= boundOf(type, max))
    return wrong;
  return [{ path: [...path, 'max'], message: `is less than \`min\`, ${min}`, write: SWAP }];
}

function boundProblem(type: ParamConfig['type'], bound: string | number): string | undefined {
  const isNumber = typeof bound === 'number';
  switch (type) {
    case 'number':
      return isNumber ? undefined : 'must be a number';
    case 'integer':
      return Number.isSafeInteger(bound) ? undefined : 'must be a whole number';
    case 'string':
    case 'list':
      return isNumber && Number.isSafeInteger(bound) && bound >= 0 ? undefined : 'must be a length: 0, 1, 2 …';
    case 'date':
      return isDate(`${bound}`) ? undefined : 'must be a date such as 2026-11-20';
    case 'duration':
      return DURATION.test(`${bound}`) ? undefined : 'must be a duration such as 15m';
    case 'boolean':
      return undefined;
    default:
      return type satisfies never;
  }
}

/** Each listed value is one of the type, of a list one of its items. */
function checkEnum({ type, items = 'string', enum: allowed = [] }: ParamConfig, path: Path): Finding[] {
  const rules: ParamConfig = { type: type === 'list' ? items : type, required: false };
  return allowed.flatMap((value, i) => {
    const problem = valueFinding(rules, value);
    return problem === undefined ? [] : [{ path: [...path, 'enum', i], ...problem }];
  });
}

function checkDefault(rules: ParamConfig, path: Path): Finding[] {
  const problem = rules.default === undefined ? undefined : valueFinding(rules, rules.default);
  return problem === undefined ? [] : [{ path: [...path, 'default'], ...problem }];
}
