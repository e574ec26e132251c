import { request } from 'node:http';
import { connect } from 'node:net';
import type { ProbeRequest, ProbeResult } from '../cloud/service.ts';

/** Of an Application Load Balancer's checks ("Target group health checks", ELB user guide). */
const USER_AGENT = 'ELB-HealthChecker/2.0';

function probeTcp(port: number, settle: (result: ProbeResult) => void): () => void {
  const socket = connect(port, '127.0.0.1', () => settle({ kind: 'connected' }));
  socket.once('error', () => settle({ kind: 'refused' }));
  return () => void socket.destroy();
}

function probeHttp(port: number, path: string, settle: (result: ProbeResult) => void): () => void {
  const asked = request({ host: '127.0.0.1', port, path, headers: { 'user-agent': USER_AGENT }, agent: false });
  asked.once('response', (answer) => {
    answer.resume();
    settle({ kind: 'answered', status: answer.statusCode ?? 0 });
  });
  asked.once('error', () => settle({ kind: 'refused' }));
  asked.end();
  return () => void asked.destroy();
}

/** One GET or TCP connection to a process of this machine, on the machine's own time; never rejects. */
export function probePort({ port, path, timeoutMs }: ProbeRequest): Promise<ProbeResult> {
  const { promise, resolve } = Promise.withResolvers<ProbeResult>();
  const timer = setTimeout(() => resolve({ kind: 'timeout' }), timeoutMs);
  const close = path === undefined ? probeTcp(port, resolve) : probeHttp(port, path, resolve);
  return promise.finally(() => {
    clearTimeout(timer);
    close();
  });
}
