import { lookup as lookUp } from 'node:dns';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

export interface Address {
  address: string;
  family: 4 | 6;
}

export interface Asked {
  method: 'POST' | 'PATCH';
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** What was checked: the connection goes to one of these and to nothing else. */
  addresses: readonly Address[];
  signal: AbortSignal;
}

export interface Answered {
  status: number;
  /** By their names in lower case. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** How requests leave. Apart from each other, so that what was looked up is checked before anything connects. */
export interface Network {
  /** Every address that the name has now. @throws Error with Node's code, ENOTFOUND */
  lookup(host: string): Promise<readonly Address[]>;
  /** One request over a connection of its own; follows no redirect. @throws Error with Node's code, ECONNRESET */
  request(asked: Asked): Promise<Answered>;
}

/** A host may have an address of each family while one of them leads nowhere: each is given this time, the last one all. */
const eachAddressMs = 2_500;

/** Answers with what was looked up before: a name server has no second chance to answer otherwise. */
function fixed(addresses: readonly Address[]): LookupFunction {
  return (_host, { all }, done) => {
    const [first] = addresses;
    if (!first) done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), []);
    else if (all) done(null, [...addresses]);
    else done(null, first.address, first.family);
  };
}

function send({ method, url, headers, body, addresses, signal }: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestSecure : requestPlain;
    const options = {
      method,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      lookup: fixed(addresses),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: eachAddressMs,
      // Neither a kept connection, which may lead elsewhere, nor a proxy of the environment.
      agent: false as const,
      rejectUnauthorized: true,
      signal,
    };
    request(url, options, (answer: IncomingMessage) =>
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer }),
    )
      .on('error', reject)
      .on('close', () => reject(new Error('closed without an answer')))
      .end(body);
  });
}

/** Node's own: the system's resolver, and a connection for each request. IPv4 first, which every function has. */
export const nodeNetwork: Network = {
  lookup: (host) =>
    new Promise((resolve, reject) => {
      lookUp(host, { all: true, order: 'ipv4first' }, (error, found) => {
        if (error) reject(error);
        else resolve(found.map(({ address }) => ({ address, family: isIP(address) === 6 ? 6 : 4 })));
      });
    }),
  request: send,
};
