/**
 * Receipts of the payment protocol x402, as MCP carries them: what was settled for a call, by the server's own receipt and
 * by what the client had agreed to. After github.com/x402-foundation/x402, specs/transports-v2/mcp.md. Signatures are not
 * looked at.
 */
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';

export interface Settlement {
  /** The transaction. */
  readonly receipt_id: string | null;
  readonly network: string;
  /** Null where the amount or its currency is not known. */
  readonly usd: number | null;
}

/** Contracts of US dollar coins with six decimals (circle.com/multi-chain-usdc), in lower case; `test` where they are play money. */
const DOLLARS: readonly { readonly networks: readonly string[]; readonly asset: string }[] = [
  { networks: ['eip155:8453', 'base'], asset: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913' },
  { networks: ['eip155:84532', 'base-sepolia'], asset: '0x036cbd53842c5426634e7929541ec2318f3dcf7e' },
  { networks: ['eip155:1', 'ethereum'], asset: '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48' },
  { networks: ['eip155:137', 'polygon'], asset: '0x3c499c542cef5e3811e1192ce70d8cc03d5c3359' },
  { networks: ['eip155:42161', 'arbitrum'], asset: '0xaf88d065e77c8cc2239327c5edb3a432268e5831' },
  { networks: ['eip155:43114', 'avalanche'], asset: '0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e' },
  {
    networks: ['solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp', 'solana'],
    asset: 'epjfwdd5aufqssqem2qn1xzybapc8g4weggkzwytdt1v',
  },
];
const UNITS = 1_000_000;
const TEXT_CHARS = 200;

const text = (value: Json | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, TEXT_CHARS) : null;

/** Null where nothing was settled. @param params of the request, with the payment that the client sent */
export function settlementOf(params: Json | undefined, result: Json | undefined): Settlement | null {
  const receipt = jsonMember(jsonMember(result, '_meta'), 'x402/payment-response');
  if (receipt === undefined || jsonMember(receipt, 'success') !== true) return null;
  const payment = jsonMember(jsonMember(params, '_meta'), 'x402/payment');
  const accepted = jsonMember(payment, 'accepted');
  const network = text(jsonMember(receipt, 'network')) ?? text(jsonMember(accepted, 'network')) ?? 'unknown';
  const amount =
    text(jsonMember(receipt, 'amount')) ??
    text(jsonMember(accepted, 'amount')) ??
    text(jsonMember(accepted, 'maxAmountRequired'));
  const asset = text(jsonMember(accepted, 'asset'))?.toLowerCase();
  const isDollar = DOLLARS.some((one) => one.asset === asset && one.networks.includes(network));
  return {
    receipt_id: text(jsonMember(receipt, 'transaction')),
    network,
    usd: isDollar && amount !== null && /^\d{1,15}$/.test(amount) ? Number(amount) / UNITS : null,
  };
}

/** What an answer asks to be paid, where it does nothing before: then nothing was done and nothing is owed. */
export function demandOf(result: Json | undefined): Json | null {
  if (jsonMember(result, 'resultType') === 'payment_required') return jsonMember(result, 'paymentRequired') ?? {};
  if (jsonMember(result, 'isError') !== true) return null;
  const structured = jsonMember(result, 'structuredContent');
  if (structured !== undefined) return isDemand(structured) ? structured : null;
  return fromText(jsonMember(jsonMember(jsonMember(result, 'content'), '0'), 'text'));
}

export function isPaymentRequired(result: Json | undefined): boolean {
  return demandOf(result) !== null;
}

const DEMAND_CHARS = 16 * 1024;

/** The same as text, for clients that read nothing else. */
function fromText(said: Json | undefined): Json | null {
  if (typeof said !== 'string' || said.length > DEMAND_CHARS || !said.includes('"x402Version"')) return null;
  try {
    const value: Json = JSON.parse(said);
    return isDemand(value) ? value : null;
  } catch {
    return null;
  }
}

/** What an unpaid call is answered with: what it costs. Also the data of an error with code 402. */
export function isDemand(body: Json | undefined): body is Json {
  return typeof jsonMember(body, 'x402Version') === 'number' && Array.isArray(jsonMember(body, 'accepts'));
}

/** Did the client send a payment along? */
export function hasPayment(params: Json | undefined): boolean {
  return jsonMember(jsonMember(params, '_meta'), 'x402/payment') !== undefined;
}
