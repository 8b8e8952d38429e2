/** The doctor's look at the port: can anything listen on loopback, and is the one that open pages remember still free? */
import { createServer } from 'node:net';
import { lastPort } from '../feed/announceDaemon.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** @param running the daemon's own port is taken, by itself */
export async function checkPort(home: string, running: boolean): Promise<Check[]> {
  const name = 'port';
  if (running) return [];
  const port = lastPort(home);
  const any = await listens(0);
  if (any !== null)
    return [
      fail(
        name,
        `nothing can listen on 127.0.0.1 (${any})`,
        'Allow loopback to programs of yours: the daemon needs a port there.',
      ),
    ];
  if (port === null) return [ok(name, 'the first daemon takes any that is free')];
  const taken = await listens(port);
  if (taken === null) return [ok(name, `${port}, the last daemon's, is free for the next`)];
  return [
    warn(
      name,
      `${port}, the last daemon's, is not free (${taken}); the next one takes another, and open pages do not find it`,
      'callgrove ui opens a page that does.',
    ),
  ];
}

/** Null where it does, else the system's word for why not. */
function listens(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(null)));
  });
}
