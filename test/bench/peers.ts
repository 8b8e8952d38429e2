/**
 * Other programs beside Callgrove: mcp-flight-recorder, which records on stdio as Callgrove does, and the bridges
 * mcp-proxy and supergateway, which put a stdio server behind HTTP. Installed into test/bench/peers on the first use.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, pssMb } from './processFigures.ts';
import { digits, type Line } from './report.ts';
import { interleave, median, paired } from './rounds.ts';
import { commandOf, echoServer, type Place } from './subjects.ts';
import { type Command, callLine, INITIALIZE, openWire } from './wire.ts';

const folder = join(import.meta.dirname, 'peers');
const PAYLOAD_BYTES = 100;

type Name = 'direct' | 'callgrove' | 'mcp-flight-recorder' | 'mcp-proxy' | 'supergateway';

interface Figure {
  readonly firstMs: number;
  readonly p50Ms: number;
  readonly cpuUs: number;
  readonly pssMb: number;
}

/** What calls are made through: a pipe or an HTTP session. */
interface Caller {
  readonly pid: number;
  call(line: Buffer): Promise<number>;
  close(): Promise<void>;
}

async function install(): Promise<void> {
  if (existsSync(join(folder, 'node_modules', 'mcp-proxy'))) return;
  const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  const code = await new Promise<number | null>((done, fail) => npm.on('error', fail).on('close', done));
  if (code !== 0) throw new Error(`npm ci in test/bench/peers ended with ${code}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (!address || typeof address !== 'object') throw new Error('no port');
  return address.port;
}

/** Opens an HTTP session through a bridge, trying until it listens. */
async function openHttp(command: Command, port: number): Promise<Caller> {
  const child = spawn(command.program, command.args, { stdio: 'ignore' });
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  const url = `http://127.0.0.1:${port}/mcp`;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  const post = async (line: Buffer): Promise<Response> => {
    const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(line) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`HTTP ${answer.status}: ${text.slice(0, 200)}`);
    return answer;
  };
  const caller: Caller = {
    pid: child.pid ?? 0,
    call: async (line) => {
      const startedMs = performance.now();
      await post(line);
      return performance.now() - startedMs;
    },
    close: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(timer);
    },
  };
  for (let tries = 0; ; tries++) {
    try {
      const answer = await post(INITIALIZE);
      const session = answer.headers.get('mcp-session-id');
      if (session) headers['mcp-session-id'] = session;
      headers['mcp-protocol-version'] = '2025-11-25';
      await post(Buffer.from('{"jsonrpc":"2.0","method":"notifications/initialized"}'));
      return caller;
    } catch (error) {
      if (tries > 1000) {
        await caller.close();
        throw error;
      }
      await sleep(10);
    }
  }
}

async function openPipe(command: Command): Promise<Caller> {
  const wire = openWire(command);
  await wire.call(INITIALIZE);
  return wire;
}

async function open(name: Name, place: Place): Promise<Caller> {
  const server = echoServer(PAYLOAD_BYTES);
  const program = process.execPath;
  const bin = (...path: string[]) => join(folder, 'node_modules', ...path);
  const port = String(await freePort());
  switch (name) {
    case 'direct':
    case 'callgrove':
      return openPipe(commandOf(name, server, place));
    case 'mcp-flight-recorder': {
      const trace = ['--trace', join(place.folder, 'flight.json')];
      return openPipe({ program, args: [bin('mcp-flight-recorder/dist/cli.js'), 'wrap', ...trace, '--', ...server] });
    }
    case 'mcp-proxy': {
      const where = ['--port', port, '--host', '127.0.0.1', '--server', 'stream'];
      return openHttp(
        { program, args: [bin('mcp-proxy/dist/bin/mcp-proxy.mjs'), ...where, '--', ...server] },
        Number(port),
      );
    }
    case 'supergateway': {
      const what = ['--stdio', server.join(' '), '--outputTransport', 'streamableHttp', '--stateful'];
      const args = [bin('supergateway/dist/index.js'), ...what, '--port', port, '--logLevel', 'none'];
      return openHttp({ program, args }, Number(port));
    }
    default:
      return name satisfies never;
  }
}

async function measure(name: Name, calls: number, place: Place): Promise<Figure> {
  const startedMs = performance.now();
  const caller = await open(name, place);
  try {
    const firstMs = performance.now() - startedMs;
    for (let n = 0; n < Math.min(300, calls); n++) await caller.call(callLine(1 + n, PAYLOAD_BYTES));
    const times: number[] = [];
    const before = cpuMs(caller.pid);
    for (let n = 0; n < calls; n++) times.push(await caller.call(callLine(1000 + n, PAYLOAD_BYTES)));
    const cpuUs = ((cpuMs(caller.pid) - before) * 1000) / calls;
    return { firstMs, p50Ms: median(times), cpuUs, pssMb: pssMb(caller.pid) };
  } finally {
    await caller.close();
  }
}

export async function peers(calls: number, rounds: number, place: Place): Promise<Line[]> {
  await install();
  const names: Name[] = ['direct', 'callgrove', 'mcp-flight-recorder', 'mcp-proxy', 'supergateway'];
  const figures = await interleave(names, rounds, (name) => measure(name, calls, place));
  const versions: Partial<Record<Name, string>> = {
    'mcp-flight-recorder': ' 0.2.0',
    'mcp-proxy': ' 6.7.19, over HTTP',
    supergateway: ' 4.0.0, over HTTP',
  };
  const kinds: [title: string, pick: (figure: Figure) => number, unit: string][] = [
    ['beside others: p50 of a call', (figure) => figure.p50Ms, 'ms'],
    ['beside others: CPU per call', (figure) => figure.cpuUs, 'µs'],
    ['beside others: start-up to the first answer', (figure) => figure.firstMs, 'ms'],
    ['beside others: memory after the calls', (figure) => figure.pssMb, 'MB'],
  ];
  return kinds.flatMap(([measured, pick, unit]) =>
    names
      .filter((name) => name !== 'direct' || unit === 'ms')
      .map((name): Line => {
        const of = (which: Name) => figures.get(which)!.map(pick);
        const against = name === 'callgrove' || name === 'direct' ? null : 'callgrove';
        return {
          measure: measured,
          subject: `${name}${versions[name] ?? ''}`,
          figure: `${digits(median(of(name)))} ${unit}`,
          against,
          spread: against ? paired(of(name), of(against), 'ratio') : null,
          unit: '×',
          wanted: null,
          conditions: `${PAYLOAD_BYTES} B, ${rounds} × ${calls} calls, no daemon`,
        };
      }),
  );
}
