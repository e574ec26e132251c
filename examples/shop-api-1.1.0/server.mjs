import { createServer } from 'node:http';

const version = '1.1.0';
const port = Number(process.env.PORT ?? 8080);

const server = createServer((request, response) => {
  const [status, body] = answer(request.url);
  console.log(`${request.method} ${request.url} ${status}`);
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${body}\n`);
});

function answer(url) {
  if (url === '/') return [200, `shop-api ${version}`];
  if (url === '/health') return [200, 'ok'];
  return [404, 'not found'];
}

process.on('SIGTERM', () => server.close(() => process.exit(0)));

server.listen(port, () => console.log(`shop-api ${version} listening on port ${port}`));
