import { registerHooks } from 'node:module';
import { once } from './once.ts';

const noConfig = new URL('../../test/support/no-config.ts', import.meta.url).href;

/** Only bundles know `batuta:config`. */
const withoutConfig = once(async () => {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'batuta:config' ? { url: noConfig, shortCircuit: true } : next(specifier, context),
  });
});

/** The tests' whole system on a virtual clock, of many services. Loaded at its first use. */
export const virtualFleet = once(async () => {
  await withoutConfig();
  return import('../../test/support/fleet.ts');
});

/** The same with the shop that most tests use. */
export const virtualShop = once(async () => {
  await withoutConfig();
  return import('../../test/support/shop.ts');
});
