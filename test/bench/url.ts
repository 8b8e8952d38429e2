/**
 * An HTTP server behind stdio: `callgrove run --url` beside a bare bridge, and either the same bridge on fetch or, where
 * asked for, mcp-remote and supergateway. The server stands apart; each subject talks to one of its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cpuMs, pssMb } from './processFigures.ts';
import { digits, type Line } from './report.ts';
import { interleave, median, paired } from './rounds.ts';
import { callgroveProgram, type Place } from './subjects.ts';
import { type Command, callLine, INITIALIZE, openWire } from './wire.ts';

const here = import.meta.dirname;
const peersFolder = join(here, 'peers');

type Name = 'bare bridge' | 'bare bridge on fetch' | 'callgrove' | 'mcp-remote 0.15.1' | 'supergateway 4.0.0';

interface Figure {
  readonly firstMs: number;
  readonly p50Ms: number;
  readonly cpuUs: number;
  readonly pssMb: number;
}

function commandOf(name: Name, url: string, place: Place): Command {
  const program = process.execPath;
  const peer = (...path: string[]) => join(peersFolder, 'node_modules', ...path);
  const bare = join(here, 'pipes', 'bareUrl.mjs');
  switch (name) {
    case 'bare bridge':
      return { program, args: [bare, url] };
    case 'bare bridge on fetch':
      return { program, args: [bare, url, 'fetch'] };
    case 'callgrove':
      return { program, args: [callgroveProgram(), 'run', '--no-daemon', '--home', place.home, '--url', url] };
    case 'mcp-remote 0.15.1': {
      const env = { MCP_REMOTE_CONFIG_DIR: join(place.folder, 'mcp-remote'), HOME: place.folder };
      return {
        program,
        args: [peer('mcp-remote/dist/proxy.js'), url, '--allow-http', '--transport', 'http-only', '--silent'],
        env,
      };
    }
    case 'supergateway 4.0.0':
      return { program, args: [peer('supergateway/dist/index.js'), '--streamableHttp', url, '--logLevel', 'none'] };
    default:
      return name satisfies never;
  }
}

const ANNOUNCE = Buffer.from('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
const WARM_UP = 300;
/** A subject that has not answered everything by then is ended, and its section with it, in ms. */
const LIMIT_MS = 180_000;

async function measure(name: Name, payload: UrlPayload, place: Place): Promise<Figure> {
  const server = spawn(process.execPath, [join(here, 'echoHttp.mjs'), String(payload.bytes), payload.kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [words] = await once(server.stdout, 'data');
  const startedMs = performance.now();
  const wire = openWire(commandOf(name, `http://127.0.0.1:${Number(String(words))}/mcp`, place), LIMIT_MS);
  try {
    await wire.call(INITIALIZE);
    const firstMs = performance.now() - startedMs;
    wire.send(ANNOUNCE);
    const { bytes, calls } = payload;
    for (let n = 0; n < Math.min(WARM_UP, calls); n++) await wire.call(callLine(1 + n, bytes));
    const times: number[] = [];
    const before = cpuMs(wire.pid);
    for (let n = 0; n < calls; n++) times.push(await wire.call(callLine(1000 + n, bytes)));
    const cpuUs = ((cpuMs(wire.pid) - before) * 1000) / calls;
    return { firstMs, p50Ms: median(times), cpuUs, pssMb: pssMb(wire.pid) };
  } finally {
    await wire.close();
    server.kill('SIGKILL');
    await once(server, 'exit');
    await place.clear();
  }
}

export interface UrlPayload {
  readonly bytes: number;
  readonly name: string;
  readonly kind: 'json' | 'sse';
  readonly calls: number;
}

const SUBJECTS = {
  own: ['bare bridge', 'bare bridge on fetch', 'callgrove'],
  /** Others' bridges, installed on the first use. */
  peers: ['bare bridge', 'callgrove', 'mcp-remote 0.15.1', 'supergateway 4.0.0'],
} as const;

export async function url(
  payload: UrlPayload,
  rounds: number,
  place: Place,
  beside: keyof typeof SUBJECTS,
): Promise<Line[]> {
  if (beside === 'peers') await install();
  const names: readonly Name[] = SUBJECTS[beside];
  const figures = await interleave(names, rounds, (name) => measure(name, payload, place));
  const what = `${payload.name} as ${payload.kind.toUpperCase()}${beside === 'peers' ? ', beside others' : ''}`;
  const kinds: [title: string, pick: (figure: Figure) => number, unit: string, atMost: number | null][] = [
    ['HTTP behind stdio: p50 of a call', (figure) => figure.p50Ms, 'ms', 1.2],
    ['HTTP behind stdio: CPU per call', (figure) => figure.cpuUs, 'µs', null],
    ['HTTP behind stdio: start-up to the first answer', (figure) => figure.firstMs, 'ms', null],
    ['HTTP behind stdio: memory after the calls', (figure) => figure.pssMb, 'MB', null],
  ];
  return kinds.flatMap(([measured, pick, unit, atMost]) =>
    names.map((name): Line => {
      const of = (which: Name) => figures.get(which)!.map(pick);
      const against = name === 'bare bridge' ? null : 'bare bridge';
      const spread = against ? paired(of(name), of(against), 'ratio') : null;
      const promised = name === 'callgrove' && spread !== null && atMost !== null;
      return {
        measure: `${measured}, ${what}`,
        subject: name,
        figure: `${digits(median(of(name)))} ${unit}`,
        against,
        spread,
        unit: '×',
        wanted: promised ? { bound: 'at most', value: atMost, of: spread.median } : null,
        conditions: `${what}, ${rounds} × ${payload.calls} calls, no daemon`,
      };
    }),
  );
}

async function install(): Promise<void> {
  if (existsSync(join(peersFolder, 'node_modules', 'mcp-remote'))) return;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const npm = spawn('npm', args, { cwd: peersFolder, stdio: ['ignore', 2, 2] });
  const [code] = await once(npm, 'close');
  if (code !== 0) throw new Error(`npm ci in test/bench/peers ended with ${code}`);
}
