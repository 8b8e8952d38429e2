import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { isLoopback, needsSignIn } from '../../../daemon/agents/needsSignIn.ts';

test('a 401 means a sign-in, anything else that answers does not, and a closed port says nothing', async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.headers.authorization ?? 'no credential'}`);
    request.resume();
    if (request.url === '/closed') response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    else if (request.url === '/session') response.writeHead(200, { 'mcp-session-id': 's1' }).end('{}');
    else response.writeHead(request.url === '/moved' ? 307 : 400, { location: '/closed' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.deepEqual(await needsSignIn(`${address}/closed`), { kind: 'yes' });
  assert.deepEqual(await needsSignIn(`${address}/odd`), { kind: 'no' });
  assert.deepEqual(await needsSignIn(`${address}/session`), { kind: 'no' });
  assert.deepEqual(seen, ['POST no credential', 'POST no credential', 'POST no credential', 'DELETE no credential']);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  assert.equal((await needsSignIn(`${address}/closed`)).kind, 'unknown');
});

test('what is on this machine', () => {
  for (const address of ['http://localhost:1/mcp', 'http://127.0.0.1/', 'http://[::1]:80/', 'https://a.localhost/'])
    assert.ok(isLoopback(address), address);
  for (const address of ['https://example.com', 'http://127.evil.com', 'http://10.0.0.1', 'no address'])
    assert.ok(!isLoopback(address), address);
});
