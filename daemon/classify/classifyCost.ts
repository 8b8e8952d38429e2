/**
 * What a call cost: by the server's own word or a payment's receipt, else by the user's price for the tool. Where neither
 * is there nothing is known, and nothing is guessed.
 */
import type { CallEvidence } from '../protocol/evidence.ts';
import type { ServerPrices } from '../protocol/settings.ts';
import type { CallFacts } from './callFacts.ts';
import { contextTexts } from './contextTexts.ts';
import { declaredCost } from './declaredCosts.ts';
import { isPaymentRequired, settlementOf } from './x402.ts';

/** @param prices the user's, by the server's name */
export function classifyCost(facts: CallFacts, prices: Readonly<Record<string, ServerPrices>>): CallEvidence {
  if (facts.event !== 'tool_call' || facts.outcome === 'running' || facts.outcome === 'denied') return {};
  if (isPaymentRequired(facts.result)) return {};
  const settled = settlementOf(facts.params, facts.result);
  const said = settled || facts.result === undefined ? null : saidCost(facts);
  const estimate = estimateOf(facts, prices);
  const actual = settled?.usd ?? said?.usd ?? null;
  const source = settled ? `x402:${settled.network}` : (said?.rule ?? (estimate ? 'prices' : null));
  if (source === null) return {};
  return {
    ...(settled?.receipt_id && { receipt_id: settled.receipt_id }),
    spend: {
      ...(estimate && { estimated_usd: estimate.usd }),
      ...(actual !== null && { actual_usd: rounded(actual) }),
      source,
      price_date: actual === null ? (estimate?.date ?? null) : new Date(facts.started_at).toISOString().slice(0, 10),
    },
    sources: {
      ...(estimate && { estimated_usd: 'user' as const }),
      ...(actual !== null && { actual_usd: 'observed' as const }),
    },
  };
}

function saidCost({ method, result }: CallFacts): ReturnType<typeof declaredCost> {
  return result === undefined ? null : declaredCost(result, contextTexts(method, result) ?? []);
}

/** As LiteLLM charges: calls that succeeded. Whether one that failed was charged for nobody says. */
function estimateOf(
  { outcome, tool, connection }: CallFacts,
  prices: Readonly<Record<string, ServerPrices>>,
): { usd: number; date: string | null } | null {
  if (outcome !== 'success' || tool === null) return null;
  const own = Object.hasOwn(prices, connection.server) ? prices[connection.server] : undefined;
  const table = own?.mcp_server_cost_info;
  if (!own || !table) return null;
  const byTool = table.tool_name_to_cost_per_query ?? {};
  const usd = Object.hasOwn(byTool, tool) ? byTool[tool] : table.default_cost_per_query;
  return usd === undefined ? null : { usd: rounded(usd), date: own.price_date ?? null };
}

/** Sums of small amounts stay what they are. */
const rounded = (usd: number) => Math.round(usd * 1e9) / 1e9;
