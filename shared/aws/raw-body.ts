/** The part of an SDK command that is needed here; commands of different clients share no narrower type. */
interface Command {
  middlewareStack: {
    add(
      middleware: (next: (args: never) => Promise<unknown>) => (args: never) => Promise<unknown>,
      options: { step: string; priority: 'high' | 'low'; name: string },
    ): void;
  };
}

async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The answer as it comes over the wire, once the command was sent: the SDK drops fields it does not know. */
export function keepBody(command: unknown): () => unknown {
  let raw: Uint8Array = new Uint8Array();
  (command as Command).middlewareStack.add(
    (next) => async (args) => {
      const result = (await next(args)) as { response: { body?: unknown } };
      raw = await bytesOf(result.response.body ?? new Uint8Array());
      result.response.body = raw;
      return result;
    },
    // Low: nearer to the wire than the SDK's own deserializer, which consumes the body.
    { step: 'deserialize', priority: 'low', name: 'batutaKeepBody' },
  );
  return () => JSON.parse(new TextDecoder().decode(raw));
}

/** The command's request has this body, exactly as given. */
export function sendBody(command: unknown, body: unknown): void {
  (command as Command).middlewareStack.add(
    (next) => (args) => {
      (args as { request: { body?: unknown } }).request.body = JSON.stringify(body);
      return next(args);
    },
    // High: before the SDK computes the content length and signs.
    { step: 'build', priority: 'high', name: 'batutaSendBody' },
  );
}
