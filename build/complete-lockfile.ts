import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Adds to package-lock.json the prebuilt packages of other platforms that npm left out because the
 * registry it asked does not hold them. Without them `npm ci` refuses the lockfile everywhere
 * ("Missing: … from lock file"). Their versions are the exact ones that their parents want; they get
 * no integrity hash, as nobody could look at them.
 */

interface Entry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
  [key: string]: unknown;
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** `@oxc-parser/binding-linux-arm64-musl` → os linux, cpu arm64, libc musl. */
function platformOf(name: string): { os?: string[]; cpu?: string[]; libc?: string[] } {
  const parts = name.split(/[-/]/);
  const os = systems.find((system) => parts.includes(system));
  const cpu = processors.find((processor) => parts.includes(processor));
  const libc = parts.includes('musl') ? 'musl' : os === 'linux' && parts.includes('gnu') ? 'glibc' : undefined;
  return { ...(os ? { os: [os] } : {}), ...(cpu ? { cpu: [cpu] } : {}), ...(libc ? { libc: [libc] } : {}) };
}

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Entry> };
const added: string[] = [];
for (const parent of Object.values({ ...lock.packages })) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const isExact = /^\d+\.\d+\.\d+$/.test(version);
    if (!isExact || lock.packages[path] || Object.keys(platformOf(name)).length === 0) continue;
    lock.packages[path] = { version, ...platformOf(name), ...(parent.dev ? { dev: true } : {}), optional: true };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added.length} packages of other platforms added\n`);
