// Exit code 0 when the server answers /health, as a container health check wants it.
const port = process.env.PORT ?? '8080';
const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(1_500) });
process.exit(response.ok ? 0 : 1);
