/**
 * Takes the machine and the moment out of recorded values: paths, user, processes, ports, times and ids become ones that
 * look alike and are the same after every run. Decides how each fact is replaced; which values are shown is for others.
 */
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeCaptureId, makeConnectionId } from '../../../daemon/base/ids.ts';

export interface Shown {
  readonly value: unknown;
  /** Where `o` and frame keys of the value belong to. */
  readonly connection: string | null;
}

export interface Places {
  readonly home: string;
  readonly workspace: string;
}

/** When the first connection opens, epoch ms. */
const START = Date.parse('2026-09-14T09:26:00.000Z');
const STEP_MS = 40;
const LASTS_MS = 9_200;
/** Messages of the feed that are shown, in the order in which they come. */
const SEQUENCE = ['hello', 'lag', 'window', 'delta', 'sessions', 'error'];
const IDS = /(?<![0-9a-zA-Z])(con|ses|call|gap|den|cp)_([0-9a-z]{16,26})(?:_(\d+))?/g;
const NAMED_BY_CONTENT = /\b(sha256:|hv_|ws_)([0-9a-f]{24,64})\b/g;
const CAPTURES = /cap_[0-9a-z]{26}\b/g;
const IMPORTS = /imp_[0-9a-z]{26}\b/g;
const FINDINGS = /fnd_[0-9a-f]{20}\b/g;
const FREEZES = /frz_[0-9a-z]{26}/g;
const LANES = /((?:env|header|argv|url):[\w-]+#)([0-9a-f]{8})\b/g;
const CHECKPOINTS = /cp_[0-9a-z]{26}(?![0-9a-z_])/g;
const FROZEN_BY = /\b(frozen|thawed) by [^\s:;]+/g;
const EVENTS = /\b(evl?)_[0-9a-z]{26}_\d+/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * Returns a function that neutralises any of `all`, or a text, consistently: the same fact is the same everywhere.
 * Ordinals become ranks among those that are shown, because how bytes fall into chunks differs from run to run.
 */
export function neutraliser(all: readonly Shown[], places: Places): (shown: Shown) => unknown {
  const sessions = inOrder<string>();
  const uuids = inOrder<string>();
  const pids = inOrder<number>();
  const contents = inOrder<string>();
  const captures = inOrder<string>();
  const checkpoints = inOrder<string>();
  const { connections, ordinals, moments } = survey(all);
  const order = [...moments].sort(
    (a, b) => a.real - b.real || a.connection.localeCompare(b.connection) || a.ordinal - b.ordinal,
  );
  const timeOf = (connection: string, ordinal: number) =>
    START + order.findIndex((one) => one.connection === connection && one.ordinal === ordinal) * STEP_MS;
  const rank = (connection: string | null, ordinal: number) =>
    [...(ordinals.get(connection ?? '') ?? [])].filter((other) => other < ordinal).length;
  const connectionId = (id: string) => {
    const at = connections.indexOf(id);
    return makeConnectionId(START + at * STEP_MS, Buffer.from(digest(`connection ${at}`), 'hex').subarray(0, 10)).slice(
      4,
    );
  };
  const captureId = (at: number) =>
    makeCaptureId('cap', START + at * STEP_MS, Buffer.from(digest(`capture ${at}`), 'hex').subarray(0, 10));
  const checkpointId = (at: number) =>
    makeCaptureId('cp', START + at * STEP_MS, Buffer.from(digest(`checkpoint ${at}`), 'hex').subarray(0, 10));
  /** The neutral time of what happened at a real one, where that is shown: a session begins with its first call. */
  const sameTime = (real: number) => {
    const found = order.find((one) => one.real === real);
    return found ? timeOf(found.connection, found.ordinal) : null;
  };

  const root = resolve(import.meta.dirname, '../../..');
  const paths: readonly (readonly [string, string])[] = [
    [places.workspace, '/home/ada/shop'],
    [places.home, '/home/ada/.local/state/callgrove'],
    [join(places.home, '..'), '/home/ada'],
    [process.execPath, '/usr/bin/node'],
    [join(root, 'test/support/records/agent.ts'), '/usr/lib/orchard/main.js'],
    [join(root, 'test/support/records/server.mjs'), '/home/ada/builder/server.mjs'],
    [root, '/home/ada/callgrove'],
    [tmpdir(), '/tmp'],
  ];
  const text = (given: string): string => {
    let said = given;
    for (const [from, to] of paths) said = said.replaceAll(from, to);
    return said
      .replace(
        NAMED_BY_CONTENT,
        (_, kind, hex) => kind + digest(`content ${contents.index(kind + hex)}`).slice(0, hex.length),
      )
      .replace(LANES, (_, lane, hex) => lane + digest(`credential ${contents.index(hex)}`).slice(0, 8))
      .replace(EVENTS, (_, kind) => `${kind}_${connectionId('')}_${START}`)
      .replace(FREEZES, () => makeCaptureId('frz', START, Buffer.from(digest('freeze'), 'hex').subarray(0, 10)))
      .replace(IMPORTS, () => makeCaptureId('imp', START, Buffer.from(digest('import'), 'hex').subarray(0, 10)))
      .replace(FINDINGS, (id) => `fnd_${digest(`finding ${contents.index(id)}`).slice(0, 20)}`)
      .replace(CHECKPOINTS, (id) => checkpointId(checkpoints.index(id)))
      .replace(FROZEN_BY, '$1 by ada')
      .replace(CAPTURES, (id) => captureId(captures.index(id)))
      .replace(UUID, (uuid) => shapeOf(uuid, digest(`uuid ${uuids.index(uuid)}`)))
      .replace(IDS, (whole, kind, id, ordinal) => {
        if (kind === 'ses') return `ses_${digest(`session ${sessions.index(id)}`).slice(0, 16)}`;
        if (id.length !== 26) return whole;
        return `${kind}_${connectionId(id)}${ordinal === undefined ? '' : `_${rank(id, Number(ordinal))}`}`;
      });
  };

  /** What the object around a value says about when it was: its ordinal, its call, its session. */
  interface Moment {
    readonly connection: string | null;
    readonly at: number;
    /** Of the feed's message. */
    readonly type: string;
  }
  const momentOf = (object: Record<string, unknown>, outer: Moment): Moment => {
    const { o, key, call_id: call, gap_id: gap, type } = object;
    const named = /_([0-9a-z]{26})_(\d+)/.exec(`${call ?? gap ?? ''}`);
    if (named) return { ...outer, connection: named[1]!, at: timeOf(named[1]!, Number(named[2])) };
    if (typeof type === 'string') return { ...outer, type };
    if (typeof o === 'number' && outer.connection) return { ...outer, at: timeOf(outer.connection, o) };
    if (typeof key === 'string' && outer.connection)
      return { ...outer, at: timeOf(outer.connection, Number.parseInt(key, 10)) };
    return outer;
  };

  const rewrite = (key: string, value: unknown, moment: Moment, within: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => rewrite(key, one, moment, within));
    if (typeof value === 'object' && value !== null) {
      const own: Record<string, unknown> = Object.fromEntries(Object.entries(value));
      const inner = momentOf(own, moment);
      return Object.fromEntries(Object.entries(own).map(([name, one]) => [name, rewrite(name, one, inner, key)]));
    }
    if (typeof value === 'number') return number(key, value, moment, within);
    return typeof value === 'string' ? word(key, value, moment, within) : value;
  };
  const late = (key: string) => ['ended_at', 'last_at', 'to'].includes(key);
  const time = (key: string, real: number, { at }: Moment) =>
    late(key) ? START + LASTS_MS : at === START ? (sameTime(real) ?? at) : at;
  const number = (key: string, value: number, moment: Moment, within: string): number => {
    const { connection, at } = moment;
    if (value > 1e12) return time(key, value, moment);
    if (['pid', 'ppid', 'proxy_pid'].includes(key)) return 4_711 + pids.index(value) * 6;
    if (key === 'port') return 39_217;
    if (key === 'm' || key === 'mono')
      return at - timeOf(connection ?? '', Math.min(...(ordinals.get(connection ?? '') ?? [0]))) + 80.125;
    if (key === 'duration_ms') return (364 + (Math.round((at - START) / STEP_MS) % 7) * 5) / 10;
    if (key === 'o' || key === 'next_ordinal') return rank(connection, value);
    if (key === 'rev') return 100 + (at - START) / STEP_MS;
    if (key === 'took_us') return 212;
    if (key === 'bytes' && within === 'members') return 4_096;
    if (key === 'seq') return SEQUENCE.indexOf(moment.type) + 1;
    if (key === 'journal_bytes') return value === 0 ? 0 : 49_152;
    return key === 'database_bytes' ? 1_886_776 : value;
  };
  const word = (key: string, value: string, moment: Moment, within: string): string => {
    const { connection } = moment;
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return new Date(time(key, Date.parse(value), moment)).toISOString();
    if (key === 'user' || key === 'by') return 'ada';
    if (key === 'frame' && connection && /^\d+$/.test(value)) return `${rank(connection, Number(value))}`;
    if (key === 'bundle_sha256') return digest('bundle');
    if (key === 'sha256' && within === 'members') return digest(`content ${contents.index(value)}`);
    if (key === 'token') return '••••••••';
    if (key === 'start') return value.replace(/\d+$/, '602741');
    if (key === 'key' && connection) return `${rank(connection, Number.parseInt(value, 10))}`;
    if (key === 'PATH' && within === 'plain') return '/home/ada/.local/bin:/usr/bin';
    if (key === 'path' && within === 'user_facts') return '/home/ada/.local/bin';
    if (key === 'os') return 'linux 6.8.0';
    if (key === 'fingerprint_key') return digest('this machine').slice(0, value.length);
    if (within === 'environment' || within === 'fingerprints' || within === 'secrets')
      return digest(`variable ${key}`).slice(0, 8);
    return text(value);
  };
  return ({ value, connection }) => rewrite('', value, { connection: bare(connection), at: START, type: '' }, '');
}

interface Survey {
  /** In the order in which they opened. */
  readonly connections: readonly string[];
  readonly ordinals: ReadonlyMap<string, ReadonlySet<number>>;
  readonly moments: readonly { readonly connection: string; readonly ordinal: number; readonly real: number }[];
}

/** What is shown, and when it really was. */
function survey(all: readonly Shown[]): Survey {
  const ordinals = new Map<string, Set<number>>();
  const moments = new Map<string, { connection: string; ordinal: number; real: number }>();
  const saw = (connection: string | null, ordinal: number, real: unknown) => {
    if (!connection) return;
    // The first is always the connection's opening, shown or not.
    ordinals.set(connection, (ordinals.get(connection) ?? new Set([0])).add(ordinal));
    const key = `${connection} ${ordinal}`;
    const known = moments.get(key)?.real ?? Number.POSITIVE_INFINITY;
    const at = typeof real === 'string' ? Date.parse(real) : typeof real === 'number' ? real : Number.POSITIVE_INFINITY;
    moments.set(key, { connection, ordinal, real: Math.min(known, at) });
  };
  for (const { value, connection } of all) {
    for (const [, kind, id, ordinal] of JSON.stringify(value).matchAll(IDS))
      if (kind !== 'ses' && id && ordinal) saw(id, Number(ordinal), null);
    visitObjects(value, (object) => {
      const named = /_([0-9a-z]{26})_(\d+)/.exec(`${object.call_id ?? object.gap_id ?? ''}`);
      if (named) saw(named[1]!, Number(named[2]), object.timestamp ?? object.started_at ?? object.at);
      if (typeof object.o === 'number') saw(bare(connection), object.o, object.t);
      if (typeof object.key === 'string') saw(bare(connection), Number.parseInt(object.key, 10), object.at);
    });
  }
  return { connections: [...ordinals.keys()].sort(), ordinals, moments: [...moments.values()] };
}

function bare(connection: string | null): string | null {
  return connection?.replace(/^con_/, '') ?? null;
}

/** Hex digits in the shape of a UUID. */
function shapeOf(uuid: string, hex: string): string {
  let at = 0;
  return uuid.replace(/[0-9a-f]/g, () => hex[at++]!);
}

function inOrder<T>(): { index(value: T): number } {
  const seen: T[] = [];
  return { index: (value) => (seen.includes(value) ? seen.indexOf(value) : seen.push(value) - 1) };
}

function visitObjects(value: unknown, each: (object: Record<string, unknown>) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) each(Object.fromEntries(Object.entries(value)));
  for (const one of Object.values(value)) visitObjects(one, each);
}
