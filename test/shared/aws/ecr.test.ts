import { expect, test } from 'vitest';
import { ecrGateway } from '../../../shared/aws/ecr.ts';

/** ECR that answers DescribeImages with these bodies, one after the other. */
function answering(...answers: { status?: number; json: unknown }[]) {
  const sent: unknown[] = [];
  const hosts: string[] = [];
  const aws = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: { hostname: string; body: string | Uint8Array }) {
        hosts.push(request.hostname);
        sent.push(JSON.parse(Buffer.from(request.body as Uint8Array).toString()));
        const { status = 200, json } = answers.shift() ?? { status: 500, json: {} };
        const headers = { 'content-type': 'application/x-amz-json-1.1' };
        return { response: { statusCode: status, headers, body: Buffer.from(JSON.stringify(json)) } };
      },
    },
  };
  return { ecr: ecrGateway(aws as never), sent, hosts };
}

const detail = (imageDigest: string, imageTags: string[], more: object = {}) => ({
  imageDigest,
  imageTags,
  imagePushedAt: 1_700_000_000,
  ...more,
});
const listed = (digest: string, tags: string[]) => ({ digest, tags, pushedAt: 1_700_000_000_000 });

test('every page of the tagged images is read', async () => {
  const { ecr, sent } = answering(
    { json: { imageDetails: [detail('sha256:a', ['1.0.0'])], nextToken: 'more' } },
    { json: { imageDetails: [detail('sha256:b', ['1.1.0', 'latest'])] } },
  );
  expect(await ecr.images({ repository: 'shop/api' })).toEqual([
    listed('sha256:a', ['1.0.0']),
    listed('sha256:b', ['1.1.0', 'latest']),
  ]);
  const first = { repositoryName: 'shop/api', filter: { tagStatus: 'TAGGED' }, maxResults: 1000 };
  expect(sent).toEqual([first, { ...first, nextToken: 'more' }]);
});

test('of an exact tag only its image is asked for', async () => {
  const { ecr, sent } = answering({ json: { imageDetails: [detail('sha256:a', ['latest'])] } });
  expect(await ecr.images({ repository: 'shop/api' }, 'latest')).toEqual([listed('sha256:a', ['latest'])]);
  expect(sent).toEqual([{ repositoryName: 'shop/api', imageIds: [{ imageTag: 'latest' }] }]);
});

test('what cannot run is left out: charts and signatures', async () => {
  const { ecr } = answering({
    json: {
      imageDetails: [
        detail('sha256:a', ['1.0.0'], { artifactMediaType: 'application/vnd.oci.image.config.v1+json' }),
        detail('sha256:b', ['1.1.0'], { artifactMediaType: 'application/vnd.cncf.helm.config.v1+json' }),
      ],
    },
  });
  expect(await ecr.images({ repository: 'shop/api' })).toEqual([listed('sha256:a', ['1.0.0'])]);
});

test.each(['ImageNotFoundException', 'RepositoryNotFoundException'])('%s means no images', async (code) => {
  const { ecr } = answering({ status: 400, json: { __type: code, message: 'no' } });
  expect(await ecr.images({ repository: 'shop/api' }, 'latest')).toEqual([]);
});

test('a refusal is an error with its code', async () => {
  const { ecr } = answering({ status: 400, json: { __type: 'AccessDeniedException', message: 'no' } });
  await expect(ecr.images({ repository: 'shop/api' })).rejects.toMatchObject({
    operation: 'DescribeImages',
    code: 'AccessDeniedException',
  });
});

test('another registry is asked in its region, by its account', async () => {
  const { ecr, sent, hosts } = answering({ json: { imageDetails: [] } }, { json: { imageDetails: [] } });
  const registry = '999999999999.dkr.ecr.eu-west-1.amazonaws.com';
  await ecr.images({ registry, repository: 'partner/web' }, 'main');
  await ecr.images({ repository: 'shop/api' }, 'main');
  expect(hosts).toEqual(['api.ecr.eu-west-1.amazonaws.com', 'api.ecr.us-east-1.amazonaws.com']);
  const imageIds = [{ imageTag: 'main' }];
  expect(sent).toEqual([
    { registryId: '999999999999', repositoryName: 'partner/web', imageIds },
    { repositoryName: 'shop/api', imageIds },
  ]);
});
