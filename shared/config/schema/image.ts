import { z } from 'zod';
import { parseTagPattern, parseTagPolicy } from '../tag-policy.ts';
import { parsed } from './common.ts';
import { section } from './section.ts';

/** Source: ECR API reference, CreateRepository `repositoryName`. */
const REPOSITORY = /^(?=.{2,256}$)([a-z0-9]+([._-]+[a-z0-9]+)*\/)*[a-z0-9]+([._-]+[a-z0-9]+)*$/;

const repository = z.string().refine((text) => REPOSITORY.test(text), {
  error:
    'is no ECR repository name; write the name without host and tag, such as shop/api, and the host of another registry as `registry`',
});

export const registry = z.string().regex(/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/, {
  error: 'is no ECR registry; write one such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com',
});

const tags = parsed(parseTagPolicy);
const TAGS = {
  description:
    'Which tags are deployed: one tag, `glob:main-*` for the whole tag, `regex:^v[0-9]+$` for any part of it, `semver:>=1.0.0`, or `newest`. A range takes prereleases only of versions that it names with one, as `>=1.2.0-0`.',
  examples: ['semver:>=1.0.0', 'glob:main-*', 'newest'],
};

const keys = {
  registry: registry.optional().meta({
    description: 'The registry, where it is not our own; one of the top-level `registries`.',
    examples: ['123456789012.dkr.ecr.eu-west-1.amazonaws.com'],
  }),
  repository: repository.meta({ description: "The ECR repository's name.", examples: ['shop/api'] }),
  exclude: z
    .array(parsed(parseTagPattern))
    .default([])
    .meta({
      description: 'Tags that are never deployed: a tag, `glob:*-debug` or `regex:-rc[0-9]+$`.',
      examples: [['glob:*-debug', 'regex:-rc[0-9]+$']],
    }),
};

const PLACES = { account: 'registry', region: 'registry', host: 'registry', tag: 'tags' };

export const image = section({ ...keys, tags: tags.meta(TAGS) }, [], PLACES);

/** Without tags for a service that another one's `promote` names: checked in checks/images.ts. */
export const serviceImage = section(
  {
    ...keys,
    tags: tags.optional().meta({
      ...TAGS,
      description: `${TAGS.description} Only a service that another one promotes to needs none.`,
    }),
  },
  [],
  PLACES,
);
