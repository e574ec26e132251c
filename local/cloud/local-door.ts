import type { Dispatcher } from './dispatcher.ts';
import type { Ecr } from './ecr/ecr.ts';

/** Routes of the AWS endpoint that AWS does not have, for the batuta command on the same machine. */
export function withLocalDoor(dispatcher: Dispatcher, ecr: Pick<Ecr, 'readAndPush' | 'blobAt'>): Dispatcher {
  const answer = (status: number, body: object) => ({
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return {
    async handle(request) {
      const blob = request.method === 'GET' ? ecr.blobAt(request.path) : undefined;
      if (blob !== undefined)
        return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: blob };
      if (request.path !== '/_local/push') return dispatcher.handle(request);
      // A web page cannot send this content type to another origin without being asked first.
      if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json')
        return answer(415, { message: 'POST a JSON document' });
      try {
        const { repository, tag, directory } = JSON.parse(request.body) as Record<string, unknown>;
        if (typeof repository !== 'string' || typeof directory !== 'string')
          return answer(422, { message: 'repository and directory must be strings' });
        return answer(200, await ecr.readAndPush(repository, typeof tag === 'string' ? tag : undefined, directory));
      } catch (error) {
        const { code, message } = error as Error & { code?: string };
        const hint =
          code === 'RepositoryNotFoundException'
            ? '; create it first: aws ecr create-repository --repository-name NAME --region us-east-1'
            : '';
        return answer(422, { message: `${message}${hint}` });
      }
    },
  };
}
