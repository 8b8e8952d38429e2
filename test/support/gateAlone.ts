/** The gate of one connection without processes: bytes in, bytes out, and everything that it told and recorded. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openGate } from '../../daemon/gate.ts';
import type { OpenRecord } from '../../daemon/protocol/journal.ts';
import type { PolicyFile, PolicySettings } from '../../daemon/protocol/policy.ts';
import { createLookout, type GateParts } from '../../daemon/proxy/lookout.ts';
import { type Fenced, fence } from './gated.ts';

export interface Alone {
  readonly place: Fenced;
  /** @returns what reaches the server */
  agent(...chunks: (string | Buffer)[]): string;
  /** @returns what reaches the agent of the server's bytes */
  server(...chunks: (string | Buffer)[]): string;
  readonly told: string[];
  readonly said: string[];
  facts(kind: string): Record<string, unknown>[];
  /** The kinds of what was recorded, in order, with `release` where it had to be on file. */
  readonly order: readonly string[];
  policy(settings: PolicySettings, more?: Partial<PolicyFile>): void;
}

/** @param argv the server's; null for a filesystem server that may work in the place's `ws` */
export function alone(
  t: TestContext,
  settings: PolicySettings | null,
  more: Partial<PolicyFile> = {},
  load = openGate,
  argv: readonly string[] | null = null,
): Alone {
  const place = fence();
  t.after(() => place.remove());
  if (settings) place.policy(settings, more);
  const open: OpenRecord = {
    connection_id: 'con_0',
    callgrove: '0',
    transport: 'stdio',
    name: 'files',
    argv: [...(argv ?? ['node', '/x/node_modules/@modelcontextprotocol/server-filesystem/dist/index.js', place.ws])],
    cwd: place.ws,
    proxy_pid: 2,
    child: { pid: process.pid, start: null },
    process_chain: [{ pid: 1, ppid: null, start: '7', exe: '/bin/agent', argv: ['agent'], cwd: place.ws }],
    root_evidence: {},
    environment: { GITHUB_TOKEN: '3f9a0000' },
    headers: { authorization: 'aa11bb22' },
    platform: process.platform,
    runtime: 'node',
    user: null,
    boot_id: 'boot',
  };
  const facts: [string, Record<string, unknown>][] = [];
  const told: string[] = [];
  const said: string[] = [];
  const order: string[] = [];
  const note = (kind: string, document: object | string) => {
    order.push(kind);
    facts.push([kind, typeof document === 'string' ? JSON.parse(document) : { ...document }]);
  };
  const parts: GateParts = {
    policyFile: join(place.home, 'control', 'policy.json'),
    open,
    journal: { fact: note, factSoon: note, release: () => void order.push('release') },
    tellAgent: (line) => void told.push(Buffer.from(line).toString()),
    say: (sentence) => void said.push(sentence),
  };
  const lookout = createLookout(parts, load);
  let ordinal = 1;
  const text = (passed: (Uint8Array | null)[]) => Buffer.concat(passed.map((one) => one ?? Buffer.alloc(0))).toString();
  return {
    place,
    agent: (...chunks) =>
      text(
        chunks.map((chunk) => {
          const bytes = Buffer.from(chunk);
          const at = ordinal++;
          const passed = lookout.fromAgent(bytes, at);
          const copy = passed && Buffer.from(passed);
          lookout.forwarded(bytes, at);
          return copy;
        }),
      ),
    server: (...chunks) => text(chunks.map((chunk) => lookout.fromServer(Buffer.from(chunk), ordinal++))),
    told,
    said,
    order,
    facts: (kind) => facts.filter(([one]) => one === kind).map(([, document]) => document),
    policy: (next, extra) => place.policy(next, extra),
  };
}
