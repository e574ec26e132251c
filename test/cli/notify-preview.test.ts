import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { newsKinds } from '../../shared/notify/news-kind.ts';

let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'batuta-preview-'));
  const channels = 'talk: { type: discord, url: ssm:/d }, slack: { type: webhook, url: ssm:/u }';
  writeFileSync(file('batuta.yml'), `channels: { ${channels} }\n`);
  writeFileSync(file('bad.yml'), 'channels: [oops]\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function preview(kind: string, channel: string, ...more: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  const terminal = { out: (line: string) => out.push(line), error: (line: string) => errors.push(line) };
  const config = more.includes('--config') ? [] : ['--config', file('none.yml')];
  const code = await main(
    ['notify', 'preview', '--kind', kind, '--channel', channel, ...config, ...more],
    terminal,
    {},
  );
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

const types = ['webhook', 'slack', 'slack-webhook', 'teams', 'discord', 'pagerduty', 'sns', 'eventbridge'];

describe('notify preview', () => {
  test.each(types)('shows each kind of news as %s would get it', async (type) => {
    for (const kind of newsKinds) {
      const { code, out, errors } = await preview(kind, type, '--json');
      expect({ kind, code, errors }).toEqual({ kind, code: 0, errors: '' });
      expect(typeof JSON.parse(out)).toBe('object');
    }
  });

  test('shows an e-mail and an SMS as they are read', async () => {
    const { out } = await preview('run-failed', 'email');
    expect(out).toMatch(/^Subject: Error: .*failed.*\n\nError: .*failed/);
    expect((await preview('run-failed', 'sms')).out).toMatch(/^Error: [^\n]*$/);
    expect((await preview('run-failed', 'sns')).out).toMatch(/^Subject: .*\nAs SMS:\nError: [^\n]*$/s);
  });

  test('says what PagerDuty is not told', async () => {
    expect(await preview('run-started', 'pagerduty')).toEqual({
      code: 0,
      out: 'nothing: PagerDuty is told of troubles and of their end only',
      errors: '',
    });
  });

  test('takes a channel of batuta.yml by its name, before a type', async () => {
    const config = ['--config', file('batuta.yml')];
    expect(JSON.parse((await preview('run-failed', 'talk', ...config)).out)).toHaveProperty('embeds');
    expect(JSON.parse((await preview('run-failed', 'slack', ...config)).out)).toHaveProperty('type');
  });

  test('calls whom --mentions names, in an error only', async () => {
    const called = await preview('deployment-failed', 'slack', '--mentions', '<!here>,<@U0123ABCD>');
    expect(called.out).toContain('<!here> <@U0123ABCD>');
    const info = await preview('deployment-started', 'slack', '--mentions', '<!here>');
    expect(info.out).not.toContain('<!here>');
    expect(info.errors).toBe('nobody is called: only news of severity error does that, and this is info');
  });

  test.each([
    [
      'an unknown kind',
      ['run-fail', 'slack'],
      /--kind run-fail is no kind .*mean run-failed\? There are: deployment-held, /,
    ],
    [
      'an unknown channel',
      ['run-failed', 'slak'],
      /no file .*none\.yml to look for the channel slak in; .* a type of channel: did you mean `slack`\?/,
    ],
    [
      'a mention that the type does not know',
      ['run-failed', 'teams', '--mentions', '@ann'],
      /teams calls somebody's e-mail/,
    ],
    [
      'a mention where nobody can be called',
      ['run-failed', 'sns', '--mentions', 'ann'],
      /--mentions ann: sns can call nobody/,
    ],
  ])('refuses %s', async (_what, [kind = '', channel = '', ...more], says) => {
    const { code, out, errors } = await preview(kind, channel, ...more);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(errors).toMatch(says);
  });

  test('says what is wrong in a batuta.yml whose channel is asked for; a type needs none', async () => {
    const config = ['--config', file('bad.yml')];
    expect((await preview('run-failed', 'team', ...config)).errors).toMatch(/bad\.yml:1/);
    expect((await preview('run-failed', 'slack', ...config)).code).toBe(0);
    const other = await preview('run-failed', 'talc', '--config', file('batuta.yml'));
    expect(other.errors).toMatch(/talc is no channel of .*batuta\.yml and no type of channel; did you mean `talk`\?/);
  });
});
