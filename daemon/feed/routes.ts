/**
 * Which paths there are, who may use them, and what each asks of the source. Knows nothing of sockets: a handler takes
 * parsed values and returns an answer.
 */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { Action, type ActionResult } from '../protocol/api.ts';
import { BUNDLE_SUFFIX } from '../protocol/bundle.ts';
import { StoreHarness } from '../protocol/captures.ts';
import type { Call } from '../protocol/record.ts';
import { type Access, makeViewerToken } from './access.ts';
import { type Answer, answerError, answerJson } from './answer.ts';
import {
  type Parsed,
  parseBundle,
  parseCalls,
  parseDenials,
  parseFrame,
  parseHeads,
  parseResolve,
  parseSessions,
  parseTree,
  whatIsWrong,
} from './apiRequest.ts';
import type { OneTimeCodes } from './oneTimeCodes.ts';
import type { FeedSource } from './source.ts';

/** What the handlers are made from. */
export interface RouteContext {
  readonly source: FeedSource;
  readonly token: string;
  readonly codes: OneTimeCodes;
  readonly port: number;
  readonly viewers: () => number;
  /** Ends the daemon; called once the answer is out. */
  readonly stop: () => void;
}

export interface RouteRequest {
  /** The path's variable parts, decoded. */
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  /** Parsed JSON of a POST, else undefined. */
  readonly body: unknown;
  readonly access: Access | null;
  /** Runs after the answer went out. */
  readonly afterwards: (work: () => void) => void;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** `daemon`: the page's token does not do; `anyone`: no token. */
  readonly access: Access | 'anyone';
  /** Of a POST's body, at most; a small number unless it is said here. */
  readonly bodyBytes?: number;
  readonly handle: (request: RouteRequest, context: RouteContext) => Promise<Answer>;
}

/** Two captures with the texts that people read. */
const CAPTURE_BYTES = 32 * 1024 * 1024;

/** Of what may be repeated a session's own page names so many calls. */
const LISTED_CALLS = 10_000;

const ROUTES: readonly (Route & { readonly path: string })[] = [
  { method: 'GET', path: '/api/status', access: 'viewer', handle: status },
  { method: 'GET', path: '/api/sessions', access: 'viewer', handle: sessions },
  { method: 'GET', path: '/api/resolve', access: 'viewer', handle: resolve },
  { method: 'GET', path: '/api/sessions/*', access: 'viewer', handle: session },
  { method: 'GET', path: '/api/sessions/*/tree', access: 'viewer', handle: tree },
  { method: 'GET', path: '/api/sessions/*/harness', access: 'viewer', handle: sessionHarness },
  { method: 'GET', path: '/api/sessions/*/summary', access: 'viewer', handle: summary },
  { method: 'GET', path: '/api/sessions/*/lanes', access: 'viewer', handle: lanes },
  { method: 'GET', path: '/api/sessions/*/bundle', access: 'viewer', handle: bundle },
  { method: 'GET', path: '/api/sessions/*/checkpoints', access: 'viewer', handle: checkpoints },
  { method: 'GET', path: '/api/harness', access: 'viewer', handle: harnessList },
  { method: 'POST', path: '/api/harness', access: 'daemon', handle: keepHarness, bodyBytes: CAPTURE_BYTES },
  { method: 'GET', path: '/api/harness/*', access: 'viewer', handle: capture },
  { method: 'GET', path: '/api/harness/*/diff/*', access: 'viewer', handle: harnessDiff },
  { method: 'GET', path: '/api/diff/*/*', access: 'viewer', handle: runDiff },
  { method: 'GET', path: '/api/heads', access: 'viewer', handle: heads },
  { method: 'GET', path: '/api/fresh/*', access: 'viewer', handle: fresh },
  { method: 'GET', path: '/api/calls', access: 'viewer', handle: calls },
  { method: 'GET', path: '/api/denials', access: 'viewer', handle: denials },
  { method: 'GET', path: '/api/policy', access: 'viewer', handle: policy },
  { method: 'GET', path: '/api/verified-paths', access: 'viewer', handle: verifiedPaths },
  { method: 'GET', path: '/api/calls/*', access: 'viewer', handle: call },
  { method: 'GET', path: '/api/calls/*/detail', access: 'viewer', handle: detail },
  { method: 'GET', path: '/api/calls/*/denial', access: 'viewer', handle: denial },
  { method: 'GET', path: '/api/calls/*/tools', access: 'viewer', handle: toolListing },
  { method: 'GET', path: '/api/contracts/*', access: 'viewer', handle: contract },
  { method: 'GET', path: '/api/calls/*/frames/*', access: 'viewer', handle: frame },
  { method: 'POST', path: '/api/act', access: 'viewer', handle: act },
  { method: 'POST', path: '/api/code', access: 'daemon', handle: code },
  { method: 'POST', path: '/api/exchange', access: 'anyone', handle: exchange },
];

/** The routes of a path, by method; none for a path that there is not. */
export function routesOf(path: string): { routes: readonly Route[]; ids: readonly string[] } {
  const parts = path.split('/');
  const routes = ROUTES.filter((route) => {
    const pattern = route.path.split('/');
    return (
      pattern.length === parts.length &&
      pattern.every((part, i) => part === parts[i] || (part === '*' && parts[i] !== ''))
    );
  });
  const pattern = routes[0]?.path.split('/') ?? [];
  try {
    return { routes, ids: parts.filter((_, i) => pattern[i] === '*').map(decodeURIComponent) };
  } catch {
    return { routes: [], ids: [] };
  }
}

async function status(_: RouteRequest, { source, port, viewers }: RouteContext): Promise<Answer> {
  return answerJson({ ...(await source.status()), port, viewers: viewers() });
}

async function sessions({ query }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return withParsed(parseSessions(query), async ({ scope, limit }) => answerJson(await source.sessions(scope, limit)));
}

async function resolve({ query }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return withParsed(parseResolve(query), async ({ kind, text, scope }) => {
    const found = await source.resolve(kind, text, scope);
    if (found.kind === 'found') return answerJson({ id: found.id });
    if (found.kind === 'none') return answerError(404, 'not_found', `There is no ${kind} ${text}.`);
    return answerError(404, 'ambiguous', `${text} is the beginning of several.`, found.candidates);
  });
}

async function session({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return found((await source.sessionHeads(ids, LISTED_CALLS))[0] ?? null, 'session');
}

async function tree({ ids, query }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return withParsed(parseTree(query), async ({ everything, filter }) => {
    const id = ids[0] ?? '';
    if ((await source.sessionHeads([id])).length === 0) return found(null, 'session');
    return { kind: 'lines', batches: source.tree(id, everything, filter) };
  });
}

async function sessionHarness({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return found(await source.sessionHarness(ids[0] ?? ''), 'session');
}

async function summary({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return found(await source.summary(ids[0] ?? ''), 'session');
}

async function bundle({ ids, query, afterwards }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return withParsed(parseBundle(query), async ({ options, preview }) => {
    const gone = new AbortController();
    afterwards(() => gone.abort());
    const id = ids[0] ?? '';
    const packed = await source.bundle(id, options, gone.signal);
    const { file, bytes, manifest } = packed;
    if (preview || gone.signal.aborted) packed.dispose();
    if (preview) return answerJson({ bytes, manifest });
    const name = `${id.replace(/[^\w-]/g, '')}${BUNDLE_SUFFIX}`;
    return { kind: 'file', file, bytes, type: 'application/zip', name, sent: () => packed.dispose() };
  });
}

async function checkpoints({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return found(await source.checkpoints(ids[0] ?? ''), 'session');
}

async function harnessList({ query }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return withParsed(parseSessions(query), async ({ scope, limit }) =>
    answerJson(await source.harnessList(scope, limit)),
  );
}

async function keepHarness({ body }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  const asked = StoreHarness.safeParse(body);
  if (!asked.success) return answerError(400, 'bad_request', whatIsWrong(asked.error));
  return answerJson(await source.keep(asked.data));
}

async function capture({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return found(await source.capture(ids[0] ?? ''), 'capture');
}

async function harnessDiff({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return found(await source.harnessDiff(ids[0] ?? '', ids[1] ?? ''), 'capture');
}

async function runDiff({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return found(await source.runDiff(ids[0] ?? '', ids[1] ?? ''), 'session');
}

async function heads({ query }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return withParsed(parseHeads(query), async (ids) => answerJson(await source.comparedHeads(ids)));
}

async function fresh({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return found(await source.fresh(ids[0] ?? ''), 'comparison');
}

async function calls({ query }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return withParsed(parseCalls(query), async (asked) => ({ kind: 'lines', batches: source.calls(asked) }));
}

async function denials({ query }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return withParsed(parseDenials(query), async (asked) => answerJson(await source.denials(asked)));
}

async function denial({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return found(await source.denial(ids[0] ?? ''), 'denial');
}

async function contract({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return found(await source.contract(ids[0] ?? ''), 'server with listed tools');
}

async function toolListing({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return answerJson(await source.toolListing(ids[0] ?? ''));
}

async function lanes({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return answerJson(await source.lanes(ids[0] ?? ''));
}

async function policy(_: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return answerJson(await source.policy());
}

async function verifiedPaths(_: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return answerJson(await source.verifiedPaths());
}

async function call({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  const kept: Call | null = await source.call(ids[0] ?? '');
  return found(kept, 'call');
}

async function detail({ ids }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return found(await source.detail(ids[0] ?? ''), 'call');
}

async function frame({ ids, query }: RouteRequest, { source }: RouteContext): Promise<Answer> {
  return withParsed(parseFrame(query), async (options) =>
    found(await source.frame(ids[0] ?? '', ids[1] ?? '', options), 'frame'),
  );
}

const FOR_COMMANDS: ReadonlySet<Action['act']> = new Set(['stop', 'prune', 'reclassify']);

async function act({ body, access, afterwards }: RouteRequest, { source, stop }: RouteContext): Promise<Answer> {
  const action = Action.safeParse(body);
  if (!action.success) return answerError(400, 'bad_request', whatIsWrong(action.error));
  const forCommands = FOR_COMMANDS.has(action.data.act);
  if (forCommands && access !== 'daemon') {
    return answerError(403, 'not_for_viewers', `\`${action.data.act}\` is a command's, not the page's.`);
  }
  if (action.data.act !== 'stop') return answerJson(await source.act(action.data));
  afterwards(stop);
  const done: ActionResult = { ok: true, session: null, prune: null };
  return answerJson(done);
}

async function code(_: RouteRequest, { codes }: RouteContext): Promise<Answer> {
  const made = randomBytes(16).toString('base64url');
  return answerJson({ code: made, expires_at: new Date(codes.add(made, Date.now())).toISOString() });
}

const Exchange = z.strictObject({ code: z.string().max(200) });

async function exchange({ body }: RouteRequest, { codes, token }: RouteContext): Promise<Answer> {
  const asked = Exchange.safeParse(body);
  if (!asked.success) return answerError(400, 'bad_request', whatIsWrong(asked.error));
  const result = codes.take(asked.data.code, Date.now());
  if (result === 'right') return answerJson({ token: makeViewerToken(token, Date.now()) });
  if (result === 'limited') {
    const error = { code: 'too_many_attempts', message: 'Too many wrong codes; wait a minute.' };
    return { kind: 'error', status: 429, error, headers: { 'retry-after': '60' } };
  }
  return answerError(
    401,
    'wrong_code',
    'This code was used or is too old. `callgrove ui` opens the page with a new one.',
  );
}

function found(value: unknown, what: string): Answer {
  return value === null ? answerError(404, 'not_found', `There is no such ${what}.`) : answerJson(value);
}

async function withParsed<T>(parsed: Parsed<T>, use: (value: T) => Promise<Answer>): Promise<Answer> {
  return parsed.kind === 'good' ? use(parsed.value) : answerError(400, 'bad_request', parsed.message);
}
