/** `callgrove call`: one call with its arguments and result; its record for programs; its raw frames when asked for. */
import { bytesText } from '../model/bytesText.ts';
import { callLabel } from '../model/callLabel.ts';
import { callSentence } from '../model/callSentence.ts';
import { omittedText, spendText, tokensText } from '../model/costText.ts';
import { durationText } from '../model/durationText.ts';
import { errorClassText, errorSourceText, recoveryText } from '../model/errorText.ts';
import { goneText } from '../model/goneText.ts';
import { httpText } from '../model/httpText.ts';
import { hopsText, identityText } from '../model/identityText.ts';
import { outcomeText } from '../model/outcomeText.ts';
import { CallDetail, FrameView, type Transport } from '../protocol/callDetail.ts';
import { Denial } from '../protocol/denial.ts';
import { Call } from '../protocol/record.ts';
import { ToolListing } from '../protocol/toolListing.ts';
import { denialText, outcomeMark } from './callLine.ts';
import { EXIT } from './exit.ts';
import { makePaint, type Paint } from './paint.ts';
import { queryPath } from './queryPath.ts';
import { resolveId } from './resolveId.ts';
import { safeBlock, safeLine } from './safeText.ts';
import { clockText } from './sessionLine.ts';
import { toolListingLines } from './toolListingLines.ts';
import type { Context, Verb } from './verb.ts';

/** Characters of a frame that are read at once. */
const PIECE = 256 * 1024;

export const call: Verb = {
  spec: {
    name: 'call',
    summary: 'shows one call: arguments, result, error, timing',
    usage: ['call [CALL] [--raw] [--json]'],
    args: [{ name: 'CALL', required: false, help: 'an id, the beginning of one, last (the default) or last~N' }],
    options: { raw: { value: null, help: 'its frames as they stood on the wire, nothing masked: may show secrets' } },
    examples: [
      ['call last', 'the newest call of this workspace'],
      ['call last --json', 'its Call record'],
      ['call call_01jd --raw', 'every frame of it, from the journal'],
    ],
    exits: {},
  },
  async run(context) {
    const { args, flag, json, scope, out, terminal, connect } = context;
    const client = await connect();
    const id = await resolveId(client, 'call', args[0] ?? 'last', scope);
    const path = `/api/calls/${encodeURIComponent(id)}`;
    if (flag('raw')) return printRaw(context, path);
    const record = await client.get(path, Call);
    if (json) {
      await out.json(record);
      return EXIT.fine;
    }
    const screen = terminal();
    const paint = makePaint(screen);
    const { unicode } = screen;
    const detail = await client.get(`${path}/detail`, CallDetail);
    const mark = outcomeMark(record.outcome, { terminal: screen, paint, now: Date.now() });
    await out.line(
      `${mark} ${paint.bold(`${safeLine(record.server, unicode)} ${unicode ? '·' : '/'} ${safeLine(callLabel(record), unicode)}`)}  ${outcomeText(record.outcome, record.layers)}`,
    );
    for (const [name, value] of [...factsOf(record), ...transportFacts(detail.transport)])
      await out.line(`  ${paint.dim(name.padEnd(10))}${safeLine(value, unicode)}`);
    const sentence = callSentence(record);
    if (sentence !== null) await out.line(`  ${safeLine(sentence, unicode)}`);
    if (record.outcome_note) await out.line(paint.warn(`  ${safeLine(record.outcome_note, unicode)}`));
    for (const line of errorLines(record, paint)) await out.line(line);
    for (const line of await denialLines(context, path, record)) await out.line(line);
    if (detail.gone.length > 0) await out.line(`\n${paint.warn(safeLine(goneText(detail), unicode))}`);
    for (const line of await toolLines(context, path, record)) await out.line(line);
    await block(context, paint, 'Arguments', detail.arguments);
    await block(context, paint, 'Error', detail.error ?? record.error_message);
    await block(context, paint, 'Left out of what the agent was shown', detail.altered?.hidden.join('\n') || null);
    await block(context, paint, 'What the agent was shown in place of the result', detail.altered?.after ?? null);
    await block(context, paint, 'Last words of the server (stderr)', detail.last_words ?? null);
    await block(context, paint, detail.result_truncated ? 'Result (its beginning)' : 'Result', detail.result);
    return EXIT.fine;
  },
};

/** What kind of error it is, what helps, and how that is known. A denial says it at more length. */
function errorLines({ error, outcome }: Call, paint: Paint): string[] {
  if (error === null || outcome === 'denied') return [];
  const words = errorClassText(error);
  const name = words === error.error_class ? '' : `  ${error.error_class}`;
  const lines = [`\n${paint.bold('Failure')}  ${paint.bad(words)}${name}`];
  const say = (name: string, value: string | null) =>
    value !== null && lines.push(`  ${paint.dim(name.padEnd(10))}${safeLine(value)}`);
  say('helps', recoveryText(error));
  say('code', error.error_code);
  say('class', error.failure_class);
  say('read from', errorSourceText(error));
  return lines;
}

async function toolLines({ connect, terminal }: Context, path: string, { method, outcome }: Call): Promise<string[]> {
  if (method !== 'tools/list' || outcome !== 'success') return [];
  const client = await connect();
  const listing = await client.get(`${path}/tools`, ToolListing.nullable());
  return listing === null ? [] : toolListingLines(listing, makePaint(terminal()));
}

/** What policy had against it: requested and canonical path, the links between them, the rule, and what would be allowed. */
async function denialLines({ connect, terminal }: Context, path: string, { policy }: Call): Promise<string[]> {
  if (policy.decision !== 'deny' && policy.decision !== 'would_deny') return [];
  const client = await connect();
  const denial = await client.get(`${path}/denial`, Denial);
  const paint = makePaint(terminal());
  const what = { decision: denial.decision, reason: denial.reason, mode: denial.mode };
  const lines = [`\n${paint.bold('Policy')}  ${paint[denial.decision === 'deny' ? 'bad' : 'warn'](denialText(what))}`];
  const say = (name: string, value: string | null) =>
    value !== null && lines.push(`  ${paint.dim(name.padEnd(10))}${safeLine(value)}`);
  say('wanted', denial.requested_capability);
  for (const { argument, requested, canonical, symlinks, reason } of denial.paths) {
    if (reason === null) continue;
    say('path', `${argument} = ${requested}`);
    for (const link of symlinks) say('link', link);
    say('is', canonical ?? 'not known');
    say('judged', reason);
  }
  say('rule', denial.rule);
  say('instead', denial.remedy);
  return lines;
}

/** Null where nobody judged it. */
function policyText({ policy }: Call): string | null {
  if (policy.bundle === null) return null;
  const hidden = policy.surface_hidden ? `, ${policy.surface_hidden} tools hidden` : '';
  return `${policy.decision} (${policy.mode}${hidden}) ${policy.bundle.slice(0, 19)}`;
}

function factsOf(record: Call): [string, string][] {
  const layer = (value: 'ok' | 'error' | null) => value ?? 'not reached';
  const { layers, output, progress } = record;
  const facts: [string, string | null][] = [
    ['call', record.call_id],
    ['session', record.session_id],
    [
      'parent',
      record.parent_call_id ??
        (record.parent_candidates.length > 0 ? `unknown, one of ${record.parent_candidates.join(', ')}` : null),
    ],
    ['method', record.method],
    ['started', clockText(Date.parse(record.timestamp), Date.now())],
    ['took', record.duration_ms === null ? null : durationText(record.duration_ms)],
    ['answer', output.returned_bytes === null ? null : bytesText(output.returned_bytes)],
    ['tokens', tokensText(record)],
    ['left out', omittedText(record)],
    ['identity', identityText(record)],
    ['cost', spendText(record)],
    ['through', hopsText(record)],
    ['layers', `transport ${layer(layers.transport)}, rpc ${layer(layers.rpc)}, tool ${layer(layers.tool)}`],
    ['policy', policyText(record)],
    ['rounds', record.rounds > 1 ? String(record.rounds) : null],
    [
      'progress',
      progress ? `${progress.count} notifications${progress.message ? `, last: ${progress.message}` : ''}` : null,
    ],
    ['late', record.late_answer_ms === null ? null : `an answer came after ${durationText(record.late_answer_ms)}`],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] satisfies [string, string]]));
}

/** One line a request: `POST 200, 3 ms to its head, 12 ms in all`. */
function transportFacts(transport: Transport | null): [string, string][] {
  if (!transport) return [];
  const sent = transport.exchanges.map((one): [string, string] => ['http', httpText(one)]);
  return [['url', transport.url], ...sent];
}

async function block({ out }: Context, paint: Paint, heading: string, text: string | null): Promise<void> {
  if (text === null || text === '') return;
  await out.line(`\n${paint.bold(heading)}`);
  await out.line(safeBlock(text));
}

/** Every frame whole, in order. On a terminal control characters are shown, not sent; a pipe gets the text as it is. */
async function printRaw({ json, out, terminal, connect }: Context, path: string): Promise<0> {
  const client = await connect();
  const screen = terminal();
  const paint = makePaint(screen);
  const { frames } = await client.get(`${path}/detail`, CallDetail);
  for (const { key, role, direction, byte_length } of frames) {
    if (!json) await out.line(paint.dim(`# ${role} ${key} ${direction} ${bytesText(byte_length)}`));
    for (let offset = 0; !out.closed; ) {
      const view = await client.get(
        queryPath(`${path}/frames/${encodeURIComponent(key)}`, { raw: true, offset, limit: PIECE }),
        FrameView,
      );
      if (json) await out.json(view);
      else if (view.text === null) out.note(`The bytes of frame ${key} are gone: retention took them.`);
      else await out.write(screen.live ? safeBlock(view.text) : view.text);
      offset += view.text?.length ?? 0;
      if (!view.truncated || !view.text) break;
    }
    if (!json) await out.line('');
  }
  return EXIT.fine;
}
