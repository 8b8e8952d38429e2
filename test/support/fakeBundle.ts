/** The members of a bundle, scripted: one with everything in it, an empty one, a long one. Nothing of it is a file. */
import {
  BUNDLE_VERSION,
  type BundledSession,
  type BundleMembers,
  type CallFrameLine,
  type FrameLine,
  type ManifestDraft,
} from '../../daemon/protocol/bundle.ts';
import type { StoredCapture } from '../../daemon/protocol/captures.ts';
import type { RunComparison } from '../../daemon/protocol/comparison.ts';
import type { Denial } from '../../daemon/protocol/denial.ts';
import type { CallHead } from '../../daemon/protocol/feed.ts';
import type { Call, Session } from '../../daemon/protocol/record.ts';
import { SessionSums } from '../../daemon/protocol/summary.ts';
import type { Finding } from '../../daemon/protocol/trail.ts';
import { fullDenials } from './fakeDenials.ts';
import { fullCapture, fullHarness } from './fakeHarness.ts';
import { fakeRecord } from './fakeRecord.ts';
import { BASE_MS, fakeCall, fakeHead, fullSession } from './fakeSessions.ts';
import { fullSummary } from './fakeSummary.ts';

export interface FakeBundle {
  readonly members: BundleMembers;
  readonly draft: ManifestDraft;
}

interface Parts {
  readonly session: BundledSession;
  readonly calls: Iterable<Call>;
  readonly frames: Iterable<FrameLine>;
  readonly denials?: readonly Denial[];
  readonly findings?: readonly Finding[];
  readonly captures?: readonly StoredCapture[];
  readonly diff?: RunComparison | null;
}

async function* stream<T>(lines: Iterable<T>): AsyncGenerator<T> {
  yield* lines;
}

export function bundleOf(parts: Parts, change: Partial<ManifestDraft> = {}): FakeBundle {
  const { session, calls, frames, denials = [], findings = [], captures = [], diff = null } = parts;
  return {
    members: {
      names: [],
      session: async () => session,
      calls: () => stream(calls),
      frames: () => stream(frames),
      denials: () => stream(denials),
      findings: () => stream(findings),
      captures: () => stream(captures),
      diff: async () => diff,
    },
    draft: {
      bundle: 'callgrove',
      v: BUNDLE_VERSION,
      callgrove: '0.1.0',
      adapters: [{ name: 'callgrove', version: '0.1.0' }],
      created_at: new Date(BASE_MS + 3_600_000).toISOString(),
      session_id: session.session.session_id,
      source: { kind: 'recorded', imported_at: null },
      options: {
        bodies: 'head',
        with_instructions: false,
        max_bytes: 24_000_000,
        redact: true,
        diff: null,
        around: null,
      },
      counts: { calls: 0, frames: 0, denials: denials.length, findings: findings.length, captures: captures.length },
      redacted: true,
      redaction: [],
      cut: [],
      ...change,
    },
  };
}

export function framesOf(call: CallHead, request: unknown, response: unknown): CallFrameLine[] {
  const [, ordinal = '1'] = /_(\d+)$/.exec(call.call_id) ?? [];
  const common = { v: 1 as const, call_id: call.call_id, connection_id: call.connection_id, kept: 'full' as const };
  const line = (role: 'request' | 'response', key: string, ms: number, message: unknown): CallFrameLine => {
    const body = JSON.stringify(message);
    const asks = call.direction === 'c2s' ? role === 'request' : role === 'response';
    const at = new Date(call.started_at + ms).toISOString();
    return { ...common, key, role, direction: asks ? 'c2s' : 's2c', at, mono: ms, bytes: body.length, body };
  };
  const request_ = line('request', ordinal, 0, request);
  if (response === undefined || call.duration_ms === null) return [request_];
  return [request_, line('response', `${ordinal}9`, call.duration_ms, response)];
}

/** Arguments and answer as a plain server would have them. */
export function plainFrames(call: CallHead): CallFrameLine[] {
  const [, id] = /_(\d+)$/.exec(call.call_id) ?? [];
  const params =
    call.tool === null
      ? { message: call.summary }
      : { name: call.tool, arguments: { path: `src/module-${id}.ts`, encoding: 'utf8', limit: 40 } };
  const text =
    call.error_message ?? `export const module${id} = ${id};\nexport function total() {\n  return ${id} * 2;\n}`;
  const result = { content: [{ type: 'text', text }], ...(call.outcome === 'error' ? { isError: true } : {}) };
  const envelope = { jsonrpc: '2.0', id: Number(id) };
  return framesOf(call, { ...envelope, method: call.method, params }, { ...envelope, result });
}

export function bundledSession(session: Session, change: Partial<BundledSession> = {}): BundledSession {
  return { v: 1, session, connections: [], gaps: [], trail: [], once: [], sums: null, ...change };
}

/** One with everything in it. */
export function fullBundle(id: string, change: Partial<ManifestDraft> = {}): FakeBundle {
  const { head, rows } = fullSession(id, BASE_MS + 60_000);
  const heads = rows.flatMap((row) => (row.kind === 'call' ? [row.call] : []));
  const denials = fullDenials(id).denials;
  const refused = new Map(denials.map((denial) => [denial.call_id, denial]));
  const calls = heads.map((call): Call => {
    const record = fakeRecord(call);
    const denial = refused.get(call.call_id);
    const parent =
      call.parent_call_id === null ? null : (heads.find((one) => one.tool === 'sampleLLM')?.call_id ?? null);
    if (denial === undefined) return { ...record, parent_call_id: parent };
    const { decision, reason, rule, mode } = denial;
    return { ...record, parent_call_id: parent, policy: { ...record.policy, decision, reason, rule, mode } };
  });
  const first = heads.find((call) => call.outcome === 'error');
  const session = {
    ...head.session,
    label: 'Cart total is off by one',
    terminal_state: 'partial_success' as const,
    ended_at: new Date(BASE_MS + 58_000).toISOString(),
    first_failing_call: first?.call_id ?? null,
  };
  const harness = fullHarness(id);
  return bundleOf(
    {
      session: bundledSession(session, {
        connections: ['filesystem', 'everything', 'github', 'postgres'].map((server, index) => ({
          connection_id: `con_01k0000000000000000000000${index}`,
          server,
          server_name: server,
          server_version: '1.0.0',
          transport: 'stdio',
          command: ['npx', '-y', `server-${server}`],
          cwd: '~/shop',
          variables: ['PATH', 'HOME'],
          url: null,
          protocol_version: '2025-11-25',
          callgrove: '0.1.0',
          opened_at: new Date(BASE_MS).toISOString(),
          ended_at: new Date(BASE_MS + (server === 'postgres' ? 42_000 : 58_000)).toISOString(),
          ended_how: 'exit',
          exit: { code: server === 'postgres' ? 3 : 0, signal: null, error: null },
          stopped: server !== 'postgres',
          lost_calls: server === 'postgres' ? 1 : 0,
        })),
        gaps: [
          {
            gap_id: 'gap_1',
            connection_id: 'con_01k00000000000000000000000',
            at: new Date(BASE_MS + 20_000).toISOString(),
            lost_chunks: 12,
            bytes: 48_200,
            reason: 'ENOSPC',
          },
        ],
        sums: SessionSums.parse(fullSummary(head)),
      }),
      calls,
      frames: [
        {
          ...plainFrames(heads[0]!)[0]!,
          connection_id: 'con_01k00000000000000000000000',
          call_id: null,
          role: 'stderr',
          direction: 's2c',
          body: 'Secure server <img src=x> running on stdio\n',
        },
        ...heads.flatMap(plainFrames),
      ],
      denials,
      findings: harness.findings,
      captures: harness.captures.map((capture) => ({ head: capture, capture: fullCapture() })),
    },
    {
      counts: {
        calls: calls.length,
        frames: 30,
        denials: denials.length,
        findings: harness.findings.length,
        captures: 2,
      },
      redaction: [
        { rule: 'github', member: 'calls.ndjson', where: 'summary', count: 2, placeholder: 'secret' },
        { rule: 'github', member: 'frames.ndjson', where: 'params.arguments.token', count: 5, placeholder: 'secret' },
        { rule: 'home folder', member: 'calls.ndjson', where: 'workspace', count: 34, placeholder: 'home' },
        { rule: 'e-mail', member: 'frames.ndjson', where: 'result.content[].text', count: 3, placeholder: 'email' },
      ],
      cut: [
        {
          what: 'bodies',
          count: 4,
          why: 'Of 4 messages only the first 2 kB are here: --bodies full keeps all of them.',
        },
        {
          what: 'instructions',
          count: 6,
          why: 'The words of 6 instruction files are not here: --with-instructions keeps them.',
        },
      ],
      ...change,
    },
  );
}

export function longBundle(id: string, count: number): FakeBundle {
  const heads = Array.from({ length: count }, (_, n) =>
    fakeCall(id, n, {
      tool: `tool_${n}`,
      ...(n % 5 === 3 ? { parent_call_id: fakeCall(id, n - 1).call.call_id } : {}),
    }),
  ).map(({ call }) => call);
  const { session } = fakeHead(id, {}, { title: 'A long session', tool_calls: count, successful_calls: count });
  return bundleOf(
    { session: bundledSession(session), calls: heads.map(fakeRecord), frames: heads.flatMap(plainFrames) },
    { counts: { calls: count, frames: count * 2, denials: 0, findings: 0, captures: 0 } },
  );
}

export function emptyBundle(id: string): FakeBundle {
  const { session } = fakeHead(id, {}, { title: 'Nothing happened', agent_id: 'codex/0.50' });
  return bundleOf({ session: bundledSession(session), calls: [], frames: [] });
}
