/** The query strings of protocol/api.ts as schemas: what is not listed there is refused. */
import * as z from 'zod';
import { BodyLevel, type BundleOptions, DEFAULT_BUNDLE_BYTES } from '../protocol/bundle.ts';
import { HEADS_AT_ONCE } from '../protocol/comparison.ts';
import type { CallsQuery, DenialsQuery, Scope } from './source.ts';

const flag = z.enum(['0', '1', '']).optional();
const limit = z.coerce.number().int().positive().optional();
const scope = { workspace: z.string().max(4_096).optional(), all: flag };
const filter = z.string().max(500).optional();

const SessionsParameters = z.strictObject({ ...scope, limit });
const ResolveParameters = z.strictObject({
  ...scope,
  kind: z.enum(['session', 'call', 'harness']),
  text: z.string().min(1).max(200),
});
const TreeParameters = z.strictObject({ everything: flag, filter });
const CallsParameters = z.strictObject({
  ...scope,
  session: z.string().max(200).optional(),
  filter,
  errors: flag,
  limit,
});
const DenialsParameters = z.strictObject({ ...scope, session: z.string().max(200).optional(), limit });
const HeadsParameters = z.strictObject({
  calls: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(z.string().min(1).max(200)).max(HEADS_AT_ONCE)),
});
const FrameParameters = z.strictObject({
  raw: flag,
  offset: z.coerce.number().int().nonnegative().optional(),
  limit: z.coerce
    .number()
    .int()
    .positive()
    .max(1024 * 1024)
    .optional(),
});

const BundleParameters = z.strictObject({
  bodies: BodyLevel.optional(),
  instructions: flag,
  /** Bytes; 0 for no limit. */
  max: z.coerce.number().int().nonnegative().optional(),
  diff: z.string().max(200).optional(),
  around: z.string().max(200).optional(),
  calls: z.coerce.number().int().nonnegative().max(10_000).optional(),
  preview: flag,
});

/** One answer carries no more denials. */
const DENIALS = 1000;
/** A part of a session is so many calls before and after one, unless it says otherwise. */
const AROUND_CALLS = 20;
/** Characters of a frame that one answer carries unless it says otherwise. */
const FRAME_CHARS = 64 * 1024;

export type Parsed<T> =
  | { readonly kind: 'good'; readonly value: T }
  | { readonly kind: 'bad'; readonly message: string };

export function parseSessions(query: URLSearchParams): Parsed<{ scope: Scope; limit: number | null }> {
  return parse(SessionsParameters, query, (q) => ({ scope: scopeOf(q), limit: q.limit ?? null }));
}

export function parseResolve(
  query: URLSearchParams,
): Parsed<{ kind: 'session' | 'call' | 'harness'; text: string; scope: Scope }> {
  return parse(ResolveParameters, query, (q) => ({ kind: q.kind, text: q.text, scope: scopeOf(q) }));
}

export function parseTree(query: URLSearchParams): Parsed<{ everything: boolean; filter: string }> {
  return parse(TreeParameters, query, (q) => ({ everything: q.everything === '1', filter: q.filter ?? '' }));
}

export function parseCalls(query: URLSearchParams): Parsed<CallsQuery> {
  return parse(CallsParameters, query, (q) => ({
    ...scopeOf(q),
    session_id: q.session || null,
    filter: q.filter ?? '',
    errors: q.errors === '1',
    limit: q.limit ?? null,
  }));
}

export function parseDenials(query: URLSearchParams): Parsed<DenialsQuery> {
  return parse(DenialsParameters, query, (q) => ({
    ...scopeOf(q),
    session_id: q.session || null,
    limit: Math.min(q.limit ?? DENIALS, DENIALS),
  }));
}

export function parseHeads(query: URLSearchParams): Parsed<readonly string[]> {
  return parse(HeadsParameters, query, ({ calls }) => calls);
}

/** Over HTTP everything is masked. */
export function parseBundle(query: URLSearchParams): Parsed<{ options: BundleOptions; preview: boolean }> {
  return parse(BundleParameters, query, (q) => ({
    options: {
      bodies: q.bodies ?? 'head',
      with_instructions: q.instructions === '1',
      max_bytes: q.max === 0 ? null : (q.max ?? DEFAULT_BUNDLE_BYTES),
      redact: true,
      diff: q.diff || null,
      around: q.around ? { call_id: q.around, calls: q.calls ?? AROUND_CALLS } : null,
    },
    preview: q.preview === '1',
  }));
}

export function parseFrame(query: URLSearchParams): Parsed<{ raw: boolean; offset: number; limit: number }> {
  return parse(FrameParameters, query, (q) => ({
    raw: q.raw === '1',
    offset: q.offset ?? 0,
    limit: q.limit ?? FRAME_CHARS,
  }));
}

/** No workspace named is every workspace. */
function scopeOf(q: { workspace?: string | undefined; all?: string | undefined }): Scope {
  const all = q.all === '1' || !q.workspace;
  return { workspace: all ? null : (q.workspace ?? null), all };
}

function parse<Q, T>(schema: z.ZodType<Q>, query: URLSearchParams, use: (query: Q) => T): Parsed<T> {
  const result = schema.safeParse(Object.fromEntries(query));
  if (result.success) return { kind: 'good', value: use(result.data) };
  return { kind: 'bad', message: whatIsWrong(result.error) };
}

/** The first issue as one line that names where it stands. */
export function whatIsWrong(error: z.ZodError): string {
  const issue = error.issues[0];
  const where = issue?.path.join('.') ?? '';
  return `${where === '' ? '' : `${where}: `}${issue?.message ?? 'not understood'}`.slice(0, 300);
}
