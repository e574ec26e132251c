import { BadRequest } from '../core/errors.ts';

/** An RFC 9457 problem document; `problems` names each field at fault, `deployment` what does already what was asked. */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  detail: string;
  problems?: readonly { field: string; message: string }[];
  deployment?: string;
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};

function problem(
  status: number,
  detail: string,
  { problems = [], deployment }: Partial<Pick<BadRequest, 'problems' | 'deployment'>> = {},
): Problem {
  return {
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    detail,
    ...(problems.length ? { problems } : {}),
    ...(deployment ? { deployment } : {}),
  };
}

/** The answer to a failed request; anything but a BadRequest is ours to mend and tells nothing of the inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof BadRequest) return problem(error.status, error.message, error);
  return problem(
    500,
    'Something went wrong on our side; the log of serve-api says what. Trying again is safe with the same Idempotency-Key.',
  );
}

export function problemResponse(document: Problem): Response {
  return new Response(JSON.stringify(document), {
    status: document.status,
    headers: {
      'content-type': 'application/problem+json',
      ...(document.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      // In seconds. What is throttled refills every second.
      ...(document.status === 429 ? { 'retry-after': '1' } : {}),
    },
  });
}
