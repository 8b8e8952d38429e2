/**
 * What it takes to let a refused call pass once: made from the proxy's own record of the refusal, nothing masked, because
 * proxies compare by it; and put where they look.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './agents/writeWhole.ts';
import { makeCaptureId } from './base/ids.ts';
import { parseMessage } from './bodies.ts';
import { importedLines } from './importedLines.ts';
import { type BodyPlaces, readFrame } from './journal/readSpans.ts';
import { jsonMember } from './model/jsonMember.ts';
import { ONCE_FILE } from './passOnce.ts';
import { argumentsDigest, canPassOnce } from './policy/once.ts';
import { type Once, POLICY_VERSION } from './protocol/policy.ts';
import { rawDecision } from './readDecision.ts';
import { callFrames } from './store/callQueries.ts';
import type { Database } from './store/database.ts';
import { decisionPlace } from './store/denialQueries.ts';

/** So long a refused call may pass once. */
export const ONCE_MS = 10 * 60_000;
/** Files that were used up, or are over, are kept so long. */
const KEPT_MS = 24 * 3_600_000;
const REQUEST_BYTES = 1024 * 1024;

export interface OnceContext {
  readonly database: Database;
  readonly places: BodyPlaces;
  /** As policy calls the connection's server; null where that is gone. */
  readonly serverOf: (connectionId: string) => string | null;
  readonly by: string;
  readonly now: Date;
}

export type Granted =
  | { readonly kind: 'once'; readonly once: Once; readonly sentence: string }
  /** A whole sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

export function grantOnce(callId: string, { database, places, serverOf, by, now }: OnceContext): Granted {
  const refused = (reason: string): Granted => ({ kind: 'refused', reason });
  const found = decisionPlace(database, callId);
  const decision = found && rawDecision(places, found.connection_id, found.place);
  if (!found || !decision) return refused(`What policy said of ${callId} is not on record any more.`);
  const { reason, method, tool } = decision;
  if (decision.decision !== 'deny' || reason === null)
    return refused(`${callId} was not refused: there is nothing to allow.`);
  if (!canPassOnce(reason))
    return refused(`${reason} cannot be lifted for one call: callgrove policy allow ${callId} says what can.`);
  const server = serverOf(found.connection_id);
  if (server === null) return refused('Which server it went to is not on record any more.');
  const paths = decision.paths.flatMap(({ canonical, access }) => (canonical === null ? [] : [{ canonical, access }]));
  if (paths.length < decision.paths.length)
    return refused('Nobody can tell where one of its paths leads: another request could not be told to be the same.');
  if (paths.length >= 50)
    return refused('It named more paths than are on record: another could not be told to be the same.');
  const args = paths.length > 0 ? null : argumentsOf(database, places, callId, method);
  if (args?.kind === 'gone') return refused('What it asked for is not on record any more.');
  const once: Once = {
    v: POLICY_VERSION,
    once_id: makeCaptureId('once', now.getTime(), randomBytes(10)),
    call_id: callId,
    server,
    method,
    tool,
    reason,
    paths,
    arguments: args?.digest ?? null,
    by,
    at: now.toISOString(),
    until: new Date(now.getTime() + ONCE_MS).toISOString(),
  };
  const what =
    paths.length > 0 ? paths.map((path) => `${path.access} ${path.canonical}`).join(', ') : 'with these arguments';
  return {
    kind: 'once',
    once,
    sentence: `${tool ?? method} of ${server} passes once, if it comes within ${ONCE_MS / 60_000} minutes: ${what}`,
  };
}

type Digest = { readonly kind: 'digest'; readonly digest: string } | { readonly kind: 'gone' };

function argumentsOf(database: Database, places: BodyPlaces, callId: string, method: string): Digest {
  const frames = callFrames(database, callId, importedLines(places));
  const request = frames?.frames.find(({ role }) => role === 'request')?.frame;
  const bytes =
    frames && request && request.byteLength <= REQUEST_BYTES ? readFrame(places, frames.connection_id, request) : null;
  const message = request && bytes ? parseMessage(Buffer.from(bytes).toString('utf8'), request.key) : undefined;
  if (message === undefined) return { kind: 'gone' };
  const params = jsonMember(message, 'params');
  return {
    kind: 'digest',
    digest: argumentsDigest(method === 'tools/call' ? jsonMember(params, 'arguments') : params),
  };
}

/** Where running proxies look, without a word to them. Throws the system's error. */
export function putOnce(folder: string, once: Once, nowMs: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && nowMs - stat.mtimeMs > KEPT_MS) rmSync(path, { force: true });
  }
  writeWhole(join(folder, `${once.once_id}${ONCE_FILE}`), Buffer.from(`${JSON.stringify(once)}\n`), 0o600);
}
