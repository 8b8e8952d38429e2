/** Runs `callgrove run --url` against a scripted peer and speaks lines with it. */

import { ANNOUNCE, type HttpPeer, INITIALIZE, openPeer, type PeerTls, type Script } from './httpPeer.ts';
import { CALLGROVE, type JournalRead, launch, type Running, readJournal, temporaryHome } from './proxied.ts';

export interface Spoken extends Running {
  readonly peer: HttpPeer;
  /** Writes lines. */
  say(...lines: string[]): void;
  /** What came so far, line by line. */
  lines(): string[];
  /** Half-closes and waits for the end. */
  finish(): Promise<Awaited<Running['ended']>>;
  readonly journal: () => JournalRead;
  /** What the journal tells of HTTP requests. */
  readonly exchanges: () => Record<string, unknown>[];
}

export interface UrlOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Begins with `initialize` and `notifications/initialized`. */
  readonly opened?: boolean;
  /** The address that is given, where it is not the peer's own. */
  readonly url?: (peer: HttpPeer) => string;
  /** The peer speaks HTTPS. */
  readonly tls?: PeerTls;
}

/** Everything is ended and removed when the body is through, whatever it does. */
export async function throughUrl(
  script: Script,
  body: (run: Spoken) => Promise<void>,
  options: UrlOptions = {},
): Promise<void> {
  const { home, remove } = temporaryHome();
  const peer = await openPeer(script, options.tls);
  const url = options.url?.(peer) ?? peer.url;
  const argv = [CALLGROVE, 'run', '--no-daemon', '--home', home, '--url', url, ...(options.args ?? [])];
  const run = launch(argv, { ...process.env, ...options.env });
  const out: Buffer[] = [];
  run.child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  const spoken: Spoken = {
    ...run,
    peer,
    say: (...lines) => void run.child.stdin.write(lines.map((line) => `${line}\n`).join('')),
    lines: () =>
      Buffer.concat(out)
        .toString()
        .split('\n')
        .filter((line) => line !== ''),
    finish() {
      run.child.stdin.end();
      return run.ended;
    },
    journal: () => readJournal(home),
    exchanges: () => exchangesOf(readJournal(home)),
  };
  try {
    if (options.opened) {
      spoken.say(INITIALIZE, ANNOUNCE);
      await run.saw('"serverInfo"');
    }
    await body(spoken);
  } finally {
    run.child.kill('SIGKILL');
    await run.ended;
    await peer.close();
    remove();
  }
}

export function exchangesOf(journal: JournalRead): Record<string, unknown>[] {
  return journal.documents('http').flatMap(({ exchanges }) => (Array.isArray(exchanges) ? exchanges : []));
}

/** A JSON-RPC error as the agent gets it. */
export function errorOf(line: string | undefined): {
  id: unknown;
  code: number;
  message: string;
  data: Record<string, unknown>;
} {
  const { id, error } = JSON.parse(line ?? 'null');
  return { id, ...error };
}
