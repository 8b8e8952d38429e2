/** What a call, or a session, cost and put into context, in plain words, for the command line and the page. */
import type { Call, Session } from '../protocol/record.ts';
import type { Share } from '../protocol/summary.ts';
import { bytesText } from './bytesText.ts';

/** `$0.042`, never rounded to nothing. */
export function usdText(usd: number): string {
  if (usd === 0) return '$0';
  if (usd >= 0.01) return `$${usd.toFixed(usd >= 1 ? 2 : 3).replace(/(\.\d\d)0$/, '$1')}`;
  return `$${Number(usd.toPrecision(2)).toFixed(12).replace(/0+$/, '')}`;
}

/** Null where nothing is known of it. */
export function spendText({ spend, receipt_id }: Pick<Call, 'spend' | 'receipt_id'>): string | null {
  const { actual_usd, estimated_usd, source, price_date } = spend;
  const receipt = receipt_id === null ? '' : `, receipt ${receipt_id}`;
  if (actual_usd !== null) {
    const network = /^x402:(.*)$/.exec(source ?? '')?.[1];
    const by = network === undefined ? `by the server’s own word (${source})` : `settled over x402 on ${network}`;
    const estimate = estimated_usd === null ? '' : `; your price is ${usdText(estimated_usd)}`;
    return `${usdText(actual_usd)}, ${by}${receipt}${estimate}`;
  }
  if (estimated_usd !== null)
    return `${usdText(estimated_usd)}, estimated by your price${price_date === null ? '' : ` of ${price_date}`}${receipt}`;
  return receipt === '' ? null : `paid, amount not known${receipt}`;
}

/** `31 tokens (o200k_base)`; null where they were not counted. */
export function tokensText({ output }: Pick<Call, 'output'>): string | null {
  const { tokens, tokenizer } = output;
  return tokens === null ? null : `${tokens.toLocaleString('en-US')} (${tokenizer})`;
}

/**
 * What the answers of several calls are measured by: tokens, which is what a context has room for, or bytes where tokens are
 * not all there is, because an answer holds pictures or is too long to count.
 */
export function measureOf(shares: readonly Share[]): 'tokens' | 'bytes' {
  const isCounted = shares.some(({ tokens }) => tokens !== null);
  return isCounted && !shares.some(({ uncounted_bytes }) => (uncounted_bytes ?? 0) > 0) ? 'tokens' : 'bytes';
}

/**
 * `248 tokens + 4.1 MB`: the second of answers whose tokens nobody counted. Null where neither is known.
 * @param spell how numbers are written
 */
export function amountText(
  { tokens, bytes, uncounted_bytes }: Share,
  spell = (count: number) => count.toLocaleString('en-US'),
): string | null {
  if (tokens === null) return bytes === null ? null : bytesText(bytes);
  // As two words side by side they would be a credential to whoever checks a report, which has this page in it.
  const counted = `${spell(tokens)} token${tokens === 1 ? '' : 's'}`;
  return (uncounted_bytes ?? 0) > 0 ? `${counted} + ${bytesText(uncounted_bytes ?? 0)}` : counted;
}

const WAYS: Readonly<Record<NonNullable<Call['output']['summary_mode']>, string | null>> = {
  full: null,
  truncated: 'not all there is',
  summarized: 'a summary',
  artifact: 'a link to the content',
  none: 'empty',
};

/** What is not there of the answer, and how to get it; null where it is whole. */
export function omittedText({ output }: Pick<Call, 'output'>): string | null {
  const way = output.summary_mode === null ? null : WAYS[output.summary_mode];
  if (way === null) return null;
  const left = [
    ...(output.omitted_count === null ? [] : [`${output.omitted_count.toLocaleString('en-US')} left out`]),
    ...(output.omitted_bytes === null ? [] : [`${bytesText(output.omitted_bytes)} left out`]),
    ...(output.refill_route === null ? [] : [`the rest by ${output.refill_route}`]),
  ];
  return [way, ...left].join(', ');
}

/** `$0.042: exa $0.03, github $0.012`, the most first; null where nothing is known to have cost anything. */
export function sessionSpendText(session: Pick<Session, 'side_effects_summary' | 'spend_by'>): string | null {
  const total = session.side_effects_summary.spend_incurred_usd;
  if (total === null) return null;
  const servers = Object.entries(session.spend_by.server).sort(([, a], [, b]) => b - a);
  const named = servers.slice(0, 4).map(([server, usd]) => `${server} ${usdText(usd)}`);
  return `${usdText(total)}: ${named.join(', ')}${servers.length > 4 ? ', …' : ''}`;
}
