import config from 'batuta:config';
import { randomBytes } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { AwsConnection } from '../aws/connection.ts';
import { toInstant } from '../core/time.ts';
import type { Log, Runtime } from './runtime.ts';

function powertoolsLog(): Log {
  const logger = new Logger({ serviceName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'batuta' });
  return {
    debug: (message, fields = {}) => logger.debug(message, { fields }),
    info: (message, fields = {}) => logger.info(message, { fields }),
    warn: (message, fields = {}) => logger.warn(message, { fields }),
    error: (message, fields = {}) => logger.error(message, { fields }),
  };
}

/** The Lambda process's own runtime; `remainingMs` comes with each invocation. */
export function processRuntime(): Omit<Runtime, 'remainingMs'> {
  return {
    env(name) {
      const value = process.env[name];
      if (value === undefined)
        throw new Error(`The environment variable ${name} is not set; serverless.yml sets it for each function`);
      return value;
    },
    // The SDK's own logger that writes nothing has it copy each input and output for the log.
    aws: { logger: {} as NonNullable<AwsConnection['logger']> },
    config,
    log: powertoolsLog(),
    now: () => toInstant(Date.now()),
    newId: () => randomBytes(16).toString('hex'),
    fetch,
    sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  };
}
