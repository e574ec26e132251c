import { expect, test } from 'vitest';
import { parseOptions } from '../../local/options.ts';

test('without options the demo runs on the default ports and stays up', () => {
  expect(parseOptions([])).toEqual({
    configFile: 'batuta.yml',
    apiPort: 4600,
    awsPort: 4566,
    demo: true,
    once: false,
  });
});

test.each([
  ['an unknown option', ['--prot', '1'], /--prot/],
  ['a port that is no number', ['--port', '12x'], /--port 12x/],
  ['a port above 65535', ['--aws-port', '70000'], /--aws-port 70000/],
  ['--once without the demo', ['--once', '--no-demo'], /does not go with/],
  ['an option without its value', ['--config'], /--config/],
])('%s is one clear line', (_fact, argv, message) => {
  expect(() => parseOptions(argv)).toThrow(message);
  try {
    parseOptions(argv);
  } catch (error) {
    expect((error as Error).message.split('\n')).toHaveLength(1);
  }
});

test('--help asks for the usage', () => {
  expect(parseOptions(['--help'])).toBe('help');
});
