/** Finds what a payment carries that is as good as money (x402, as MCP has it in a request's `_meta`): what was signed. */
import { type Finding, WEIGHT } from './finding.ts';

/** The member that holds a payment; its receipt has another name, and is for everybody to see. */
export const PAYMENT = 'x402/payment';
export const SIGNED = /^(?:signature|transaction|proof)$/i;

const HOLDER = /x402\/payment\\*"/;
const MEMBER = /\\*"(?:signature|transaction|proof)\\*"\s{0,8}:\s{0,8}\\*"(?!<secret:)([^"\\]{1,16384})/gi;

export function scanPayments(text: string, into: Finding[]): void {
  if (!HOLDER.test(text)) return;
  for (const match of text.matchAll(MEMBER)) {
    const end = match.index + match[0].length;
    into.push({ start: end - (match[1] ?? '').length, end, rule: 'payment', weight: WEIGHT.context });
  }
}
