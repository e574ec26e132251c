import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Command, UsageError } from '../command.ts';
import { postLocal } from '../local-endpoint.ts';

const IMAGE = /^([a-z0-9][a-z0-9._/-]*):(\w[\w.-]{0,127})$/;
const DEFAULT_URL = 'http://127.0.0.1:4566';

export const push: Command = {
  synopsis: 'REPOSITORY:TAG FOLDER [--aws-url URL]',
  summary: "push a folder as an image to the local system's ECR",
  run: async (args, terminal, environment) => {
    const { values, positionals } = parseArgs({
      args,
      options: { 'aws-url': { type: 'string', default: environment.AWS_ENDPOINT_URL ?? DEFAULT_URL } },
      allowPositionals: true,
    });
    const pushed = await postLocal(values['aws-url'], '/_local/push', readPush(positionals));
    terminal.out(`${positionals[0]} ${digestOf(pushed)}`);
    return 0;
  },
};

function readPush(positionals: string[]): { repository: string; tag: string; directory: string } {
  const [image = '', folder = '', ...more] = positionals;
  if (positionals.length < 2 || more.length > 0) {
    throw new UsageError('push wants an image and a folder: batuta push shop/api:1.1.0 ./examples/shop-api-1.1.0');
  }
  const [, repository, tag] = IMAGE.exec(image) ?? [];
  if (repository === undefined || tag === undefined) {
    throw new UsageError(`${image} is no image name; write repository:tag, such as shop/api:1.1.0`);
  }
  const directory = resolve(folder);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${folder} is no folder; name one that holds image.json and the image's files`);
  }
  return { repository, tag, directory };
}

function digestOf(pushed: unknown): string {
  if (typeof pushed === 'object' && pushed !== null && 'digest' in pushed) return String(pushed.digest);
  throw new UsageError('the answer names no digest; is this really the local system?');
}
