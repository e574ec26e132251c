import { z } from 'zod';
import type { ImageManifest } from '../service.ts';

const strings = z.array(z.string());
const seconds = z.number().positive();

const platform = z.enum(['linux/amd64', 'linux/arm64']);
const count = z.int().min(0).max(10_000).optional();

const scan = z.strictObject({
  findings: z
    .strictObject({ CRITICAL: count, HIGH: count, MEDIUM: count, LOW: count, INFORMATIONAL: count, UNDEFINED: count })
    .optional(),
  status: z
    .enum(['FAILED', 'UNSUPPORTED_IMAGE', 'FINDINGS_UNAVAILABLE', 'LIMIT_EXCEEDED', 'SCAN_ELIGIBILITY_EXPIRED'])
    .optional(),
  delaySeconds: z.number().min(0).optional(),
  never: z.boolean().optional(),
});

const schema = z.strictObject({
  entryPoint: strings.optional(),
  command: strings.optional(),
  environment: z.record(z.string().min(1), z.string()).optional(),
  port: z.int().min(1).max(65_535).optional(),
  healthCheck: z
    .strictObject({
      command: strings.min(1),
      interval: seconds.optional(),
      timeout: seconds.optional(),
      retries: z.int().min(1).max(10).optional(),
      startPeriod: z.number().min(0).optional(),
    })
    .optional(),
  platforms: z
    .array(platform)
    .min(1)
    .refine((names) => new Set(names).size === names.length, { error: 'names a platform twice' })
    .optional(),
  provenance: z.boolean().optional(),
  scan: scan.extend({ platforms: z.partialRecord(platform, scan).optional() }).optional(),
  workingDirectory: z.string().min(1).optional(),
});

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: not JSON (${(error as Error).message})`, { cause: error });
  }
}

/** `image.json` of an image directory. @throws Error that names the file, each wrong key and what is expected. */
export function parseManifest(text: string, file: string): ImageManifest {
  const parsed = schema.safeParse(json(text, file));
  if (parsed.success) return parsed.data as ImageManifest;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the manifest'}: ${message}`);
  throw new Error(`${file}: ${problems.join('; ')}. Possible keys: ${Object.keys(schema.shape).join(', ')}`);
}
