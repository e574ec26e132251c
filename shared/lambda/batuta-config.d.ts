/** The validated batuta.yml, put in place by the build (build/bundle.ts). */
declare module 'batuta:config' {
  const config: import('../config/config.ts').Config;
  export default config;
}
