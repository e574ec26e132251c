import { beforeAll, expect, test } from 'vitest';
import { useToolbox } from './toolbox.ts';

const toolbox = useToolbox();

beforeAll(() =>
  toolbox.add(
    'pieces.mjs',
    'for (const p of JSON.parse(process.argv[2])) { process.stdout.write(p); await new Promise((r) => setTimeout(r, 40)); }',
  ),
);

test('a secret is masked on both streams, plain and in base64', async () => {
  const source = `for (const print of [console.log, console.error]) {
    print("user:" + process.env.SECRET); print(Buffer.from(process.env.SECRET).toString("base64")); }`;
  const name = await toolbox.add('printing.mjs', source);
  const result = await toolbox.run(name, [], { SECRET: 'hunter2secret', BATUTA_SECRETS: ' SECRET' });
  expect(result).toMatchObject({ stdout: 'user:***\n***==\n', stderr: 'user:***\n***==\n' });
});

test('a secret that arrives in several writes is masked', async () => {
  const pieces = ['user:hun', 'ter', '2secret\nhunter', '2secret'];
  const result = await toolbox.run('pieces.mjs', [JSON.stringify(pieces)], { S: 'hunter2secret', BATUTA_SECRETS: 'S' });
  expect(result).toMatchObject({ code: 0, stdout: 'user:***\n***' });
});

test('only the secrets that are named are masked, and a value is never printed for being unusable', async () => {
  const name = await toolbox.add('two.mjs', 'console.log(process.env.A, process.env.B, process.env.PIN);');
  const result = await toolbox.run(name, [], { A: 'alpha', B: 'bravo', PIN: '123', BATUTA_SECRETS: 'B,PIN,ABSENT' });
  expect(result.stdout).toBe('alpha *** 123\n');
  expect(result.stderr).toBe(
    'toolbox: the value of the secret PIN has fewer than 4 characters and is not masked\n' +
      'toolbox: the secret ABSENT is not set in the environment\n',
  );
});

test('overlapping secrets leave no rest of either', async () => {
  const result = await toolbox.run('pieces.mjs', ['["<abcdef>\\n"]'], { A: 'abcd', B: 'cdef', BATUTA_SECRETS: 'A,B' });
  expect(result.stdout).toBe('<***>\n');
});

test('::mask is swallowed and masks from then on', async () => {
  const pieces = ['a token-77\n::mask tok', 'en-77\nb token-77\n', `${Buffer.from('token-77').toString('base64')}\n`];
  const { stdout } = await toolbox.run('pieces.mjs', [JSON.stringify(pieces)]);
  expect(stdout).toMatch(/^a token-77\nb \*\*\*\n\*\*\*=*\n$/);
});

test('::mask on one stream holds for the other', async () => {
  const source = 'console.log("::mask token-77"); setTimeout(() => console.error("token-77"), 100);';
  const { stderr } = await toolbox.run(await toolbox.add('other.mjs', source));
  expect(stderr).toBe('***\n');
});

test('a ::mask line that the end cuts off is swallowed, and masks', async () => {
  const source = 'process.stdout.write("::mask token-77"); setTimeout(() => console.error("token-77"), 50);';
  const result = await toolbox.run(await toolbox.add('cut.mjs', source));
  expect(result.stdout).toBe('');
});

test('only a line that begins with ::mask is one', async () => {
  const pieces = ['see ::mask token-77\n ::mask token-77\n::masked\n::mask\ntoken-77\n'];
  const { stdout } = await toolbox.run('pieces.mjs', [JSON.stringify(pieces)]);
  expect(stdout).toBe(pieces[0]);
});

test('::mask of a value too short to mask is swallowed and said', async () => {
  const result = await toolbox.run('pieces.mjs', ['["::mask abc\\nabc\\n"]']);
  expect(result).toMatchObject({ stdout: 'abc\n', stderr: expect.stringContaining('fewer than 4 characters') });
});

test('::progress and ::output lines pass, with their secrets masked', async () => {
  const pieces = ['::progress 40 copying rows\n::output key=hunter2secret\n'];
  const { stdout } = await toolbox.run('pieces.mjs', [JSON.stringify(pieces)], {
    S: 'hunter2secret',
    BATUTA_SECRETS: 'S',
  });
  expect(stdout).toBe('::progress 40 copying rows\n::output key=***\n');
});
