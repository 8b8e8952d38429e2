/**
 * `verify-path`: the same requests to one server straight and through Callgrove. A read that is allowed, a write that policy
 * refuses, wrong arguments, a request that the client gives up and the one after it. Says where the two ways differ; writes
 * nothing but in throw-away folders, and what would write elsewhere is sent through policy only, which keeps it away.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { placesOf } from './base/places.ts';
import { makeDrillPlace } from './drillPlace.ts';
import { type DrillTool, drillTool } from './drillTools.ts';
import { readOpenRecord } from './journal/readOpenRecord.ts';
import { credentialLane } from './model/credentialLane.ts';
import { type KnownServer, serverFacts } from './model/toolCatalog.ts';
import { connectPath, environmentOf, type PathClient, type PathSubject } from './pathClient.ts';
import { parseSegmentName } from './protocol/journal.ts';
import type { PathCase, PathVerification, SeenAnswer } from './protocol/pathVerification.ts';
import { machineKey } from './proxy/machineKey.ts';
import { fingerprints } from './proxy/openFacts.ts';

export interface PathRequest {
  readonly name: string;
  /** @param root a throw-away folder that a server which can be is kept to */
  readonly subject: (root: string) => Promise<{
    readonly subject: PathSubject;
    /** Null where it could not be kept to the folder. */
    readonly known: KnownServer | null;
  }>;
  readonly signal: AbortSignal;
}

type Found = Pick<PathVerification, 'lane' | 'cases' | 'verdict' | 'added_ms'> & { readonly subject: PathSubject };

export async function verifyPath({ name, subject: choose, signal }: PathRequest): Promise<Found> {
  const place = makeDrillPlace(randomUUID());
  const clients: PathClient[] = [];
  const connect = async (subject: PathSubject, through: { home: string; name: string } | null) => {
    const client = await connectPath(subject, through, signal);
    clients.push(client);
    return client;
  };
  try {
    const { subject, known } = await choose(place.root);
    const direct = await connect(subject, null);
    const tools = await direct.tools();
    const chosen = chooseTools(tools, known, place.path('work', 'notes.txt'), place.path('outside', 'new.txt'));
    const deny = chosen.write && known === null ? { tools: { deny: [chosen.write.name] } } : {};
    place.policy({ mode: 'enforce', ...deny });
    const mediated = await connect(subject, { home: place.home, name });
    const cases = await runCases(direct, mediated, chosen, known !== null);
    const lane = lanesOf(subject, name, place.home);
    const tried = cases.filter(({ verdict }) => verdict !== 'not_tried');
    const differs = !lane.same || tried.some(({ verdict }) => verdict === 'differs');
    return {
      subject,
      lane,
      cases,
      added_ms: addedMs(cases),
      verdict: differs ? 'differs' : tried.length > 0 ? 'same' : 'not_run',
    };
  } finally {
    await Promise.all(clients.map((client) => client.close().catch(() => {})));
    place.dispose();
  }
}

interface Chosen {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

interface ChosenTools {
  readonly read: Chosen | null;
  readonly write: Chosen | null;
  /** Its arguments are wrong on purpose. */
  readonly wrong: Chosen | null;
}

/** By the catalog where the server is kept to the folder; else only what says of itself that it reads is called. */
function chooseTools(
  tools: readonly unknown[],
  known: KnownServer | null,
  inside: string,
  outside: string,
): ChosenTools {
  const at = (tool: DrillTool | null, path: string) => tool && { name: tool.name, args: tool.arguments(path) };
  if (known !== null) {
    const read = at(drillTool(tools, known, 'read'), inside);
    return { read, write: at(drillTool(tools, known, 'write'), outside), wrong: read && { name: read.name, args: {} } };
  }
  const listed = tools.flatMap(listedOf);
  const read = listed.find(({ reads, needs }) => reads && !needs) ?? null;
  const write = listed.find(({ reads }) => !reads) ?? null;
  const wrong = listed.find(({ reads, needs }) => reads && needs) ?? null;
  const call = (tool: { name: string } | null) => tool && { name: tool.name, args: {} };
  return { read: call(read), write: call(write), wrong: call(wrong) };
}

function listedOf(value: unknown): { name: string; reads: boolean; needs: boolean }[] {
  if (typeof value !== 'object' || value === null) return [];
  const name = Reflect.get(value, 'name');
  const annotations = Reflect.get(value, 'annotations');
  const schema = Reflect.get(value, 'inputSchema');
  const required = typeof schema === 'object' && schema !== null ? Reflect.get(schema, 'required') : null;
  const reads =
    typeof annotations === 'object' && annotations !== null && Reflect.get(annotations, 'readOnlyHint') === true;
  return typeof name === 'string' ? [{ name, reads, needs: Array.isArray(required) && required.length > 0 }] : [];
}

async function runCases(
  direct: PathClient,
  mediated: PathClient,
  { read, write, wrong }: ChosenTools,
  keptToFolder: boolean,
): Promise<PathCase[]> {
  const both = async (
    name: PathCase['case'],
    chosen: Chosen | null,
    how: 'call' | 'giveUp',
    missing: string,
  ): Promise<PathCase> => {
    if (!chosen) return notTried(name, missing);
    const seen = {
      direct: await direct[how](chosen.name, chosen.args),
      mediated: await mediated[how](chosen.name, chosen.args),
    };
    const differs = differences(seen.direct, seen.mediated);
    return {
      case: name,
      what: chosen.name,
      ...seen,
      verdict: differs.length > 0 ? 'differs' : 'same',
      differs,
      note: null,
    };
  };
  const noRead = 'the server has no tool that surely only reads and can be asked without knowing more';
  const cases = [await both('authorised_read', read, 'call', noRead)];
  cases.push(
    write
      ? await deniedWrite(direct, mediated, write, keptToFolder)
      : notTried('denied_write', 'the server has no tool that may write'),
  );
  cases.push(await both('argument_error', wrong, 'call', 'the server has no reading tool that needs an argument'));
  cases.push(await both('timeout', read, 'giveUp', noRead));
  cases.push(await both('recovery', read, 'call', noRead));
  return cases;
}

/** Here the two ways are to differ: policy stands on one of them. */
async function deniedWrite(
  direct: PathClient,
  mediated: PathClient,
  { name, args }: Chosen,
  keptToFolder: boolean,
): Promise<PathCase> {
  const through = await mediated.call(name, args);
  const straight = keptToFolder ? await direct.call(name, args) : null;
  const isDenied = through.outcome === 'denied';
  return {
    case: 'denied_write',
    what: name,
    direct: straight,
    mediated: through,
    verdict: isDenied ? 'as_wanted' : 'differs',
    differs: isDenied ? [] : ['outcome'],
    note: straight === null ? 'not sent straight: there it would be done' : null,
  };
}

function notTried(name: PathCase['case'], note: string): PathCase {
  return { case: name, what: '', direct: null, mediated: null, verdict: 'not_tried', differs: [], note };
}

function differences(direct: SeenAnswer, mediated: SeenAnswer): string[] {
  return (['outcome', 'error_class', 'frame'] as const).filter((member) => direct[member] !== mediated[member]);
}

function addedMs(cases: readonly PathCase[]): number | null {
  const added = cases
    .flatMap(({ verdict, direct, mediated }) =>
      verdict === 'same' && direct && mediated ? [mediated.ms - direct.ms] : [],
    )
    .sort((a, b) => a - b);
  const middle = added[Math.floor(added.length / 2)];
  return middle === undefined ? null : Math.round(middle * 100) / 100;
}

/** Of the way through by what the proxy recorded; of the straight one by what the server was handed itself. */
function lanesOf(subject: PathSubject, name: string, home: string): PathVerification['lane'] {
  const places = placesOf(home, join);
  const file = readdirSync(places.journal)
    .map(parseSegmentName)
    .find((one) => one !== null);
  const open = file ? readOpenRecord(places.journal, file.connection_id) : null;
  const key = machineKey(places.machineKey);
  if (!open || !key) return { direct: null, mediated: null, same: false };
  const facts = serverFacts(name, open.argv, open.url ?? null);
  const handed =
    subject.kind === 'stdio'
      ? { argv: [...subject.argv], environment: fingerprints(environmentOf(subject.env), key) }
      : { headers: fingerprints(lowerCased(subject.headers), key) };
  const mediated = credentialLane(open, name, facts).lane;
  const direct = credentialLane({ ...open, ...handed }, name, facts).lane;
  return { direct, mediated, same: direct === mediated };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
