/**
 * What an answer says that it cost, in US dollars. Data: where services put it, each with where that was read, and what
 * else such an answer holds, so that an answer about somebody's costs is not taken for its own.
 */
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';

interface DeclaredCost {
  readonly id: string;
  readonly path: readonly string[];
  /** Members beside it that make it this service's answer; all of them have to be there. */
  readonly beside: readonly string[];
  readonly perUsd?: number;
}

const COSTS: readonly DeclaredCost[] = [
  // exa.ai/docs/reference/search: costDollars of each answer.
  { id: 'exa.costDollars', path: ['costDollars', 'total'], beside: ['requestId'] },
  // openrouter.ai/docs/use-cases/usage-accounting: cost in credits, which are dollars.
  { id: 'openrouter.usage.cost', path: ['usage', 'cost'], beside: ['usage.total_tokens'] },
  // docs.perplexity.ai, usage.cost of an answer.
  { id: 'perplexity.usage.cost', path: ['usage', 'cost', 'total_cost'], beside: ['usage.total_tokens'] },
  { id: 'perplexity.usage.cost', path: ['usage', 'cost', 'total_cost'], beside: ['usage.input_tokens'] },
  // docs.dataforseo.com/v3: cost of all tasks of an answer.
  { id: 'dataforseo.cost', path: ['cost'], beside: ['tasks_count', 'status_code'] },
  // docs.x.ai: ten thousand million ticks are a dollar.
  { id: 'xai.cost_in_usd_ticks', path: ['usage', 'cost_in_usd_ticks'], beside: ['usage.total_tokens'], perUsd: 1e10 },
  // code.claude.com/docs: the result of a run.
  { id: 'claude.total_cost_usd', path: ['total_cost_usd'], beside: ['session_id', 'num_turns'] },
  // Names that leave nothing to interpret.
  { id: 'usage.cost_usd', path: ['usage', 'cost_usd'], beside: [] },
  { id: 'usage.costUsd', path: ['usage', 'costUsd'], beside: [] },
  { id: 'usage.total_cost_usd', path: ['usage', 'total_cost_usd'], beside: [] },
  { id: 'cost.usd', path: ['cost', 'usd'], beside: [] },
];
/** Members of `_meta` are the server's word on the call itself. */
const META: readonly RegExp[] = [/(?:^|[./])(?:usage|cost|billing)$/, /(?:^|[./])cost[_-]?usd$/];
const HINT = /cost/i;
const PARSED_CHARS = 64 * 1024;
const MOST_USD = 10_000;

export interface SaidCost {
  readonly usd: number;
  readonly rule: string;
}

/** Null where it says nothing of that. @param texts of its content, of which one that is JSON is read */
export function declaredCost(result: Json, texts: readonly string[]): SaidCost | null {
  return (
    metaCost(jsonMember(result, '_meta')) ??
    costIn(jsonMember(result, 'structuredContent')) ??
    (texts.length === 1 ? costIn(parsed(texts[0] ?? '')) : null)
  );
}

function metaCost(meta: Json | undefined): SaidCost | null {
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) return null;
  for (const [name, value] of Object.entries(meta)) {
    const found = META.some((pattern) => pattern.test(name));
    if (!found) continue;
    const usd = /usd$/i.test(name)
      ? value
      : (jsonMember(value, 'cost_usd') ?? jsonMember(value, 'costUsd') ?? jsonMember(value, 'usd') ?? inDollars(value));
    const amount = amountOf(usd, 1);
    if (amount !== null) return { usd: amount, rule: `_meta.${name.slice(0, 100)}` };
  }
  return null;
}

/** `{ "amount": 0.01, "currency": "USD" }`. */
function inDollars(value: Json): Json | undefined {
  return jsonMember(value, 'currency') === 'USD'
    ? (jsonMember(value, 'amount') ?? jsonMember(value, 'cost'))
    : undefined;
}

function costIn(value: Json | undefined): SaidCost | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  for (const { id, path, beside, perUsd } of COSTS) {
    const usd = amountOf(at(value, path), perUsd ?? 1);
    if (usd !== null && beside.every((name) => at(value, name.split('.')) !== undefined)) return { usd, rule: id };
  }
  return null;
}

function at(value: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((one, name) => jsonMember(one, name), value);
}

/** Some write their amounts as texts. */
function amountOf(value: Json | undefined, perUsd: number): number | null {
  const amount = typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof amount === 'number' && amount >= 0 && amount / perUsd <= MOST_USD ? amount / perUsd : null;
}

function parsed(text: string): Json | undefined {
  if (text.length > PARSED_CHARS || !/^\s*\{/.test(text) || !HINT.test(text)) return undefined;
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
