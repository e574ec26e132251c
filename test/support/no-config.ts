/** Stands in for the configuration that the build puts into bundles: a test that reads it by mistake fails. */
export default new Proxy(
  {},
  {
    get: (_target, name) => {
      throw new Error(`The built-in configuration was asked for ${String(name)}`);
    },
  },
);
