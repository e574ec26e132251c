import { suggestName } from '../shared/config/nearest.ts';
import { UsageError } from './command.ts';

const lists = ['severity', 'kind'];
const keys = [...lists, 'job', 'service', 'environment', 'tag'];

/** `service=shop-api severity=error,warning` as the API takes it, which checks names and values. @throws UsageError */
export function readWhen(text: string): Record<string, string | string[]> {
  const pairs = text.split(/\s+/).filter(Boolean);
  if (pairs.length === 0) throw new UsageError("--when says nothing; write for example --when 'service=shop-api'");
  const when: Record<string, string | string[]> = {};
  for (const pair of pairs) {
    const [, key = '', value = ''] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (!key) throw new UsageError(`\`${pair}\` is not KEY=VALUE; write for example --when 'job=db-* severity=error'`);
    if (!keys.includes(key)) throw new UsageError(`news has no \`${key}\`; ${suggestName(key, keys)}`);
    if (Object.hasOwn(when, key))
      throw new UsageError(`\`${key}\` stands twice${lists.includes(key) ? `; write ${key}=${value},…` : ''}`);
    when[key] = lists.includes(key) ? value.split(',') : value;
  }
  return when;
}
