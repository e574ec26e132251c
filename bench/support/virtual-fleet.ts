import { registerHooks } from 'node:module';
import { once } from './once.ts';

const noConfig = new URL('../../test/support/no-config.ts', import.meta.url).href;

/** The tests' whole system on a virtual clock. Loaded at its first use: only bundles know `batuta:config`. */
export const virtualFleet = once(async () => {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'batuta:config' ? { url: noConfig, shortCircuit: true } : next(specifier, context),
  });
  return import('../../test/support/fleet.ts');
});
