/**
 * Gets the token: from the one-time code in the URL, else from what this tab kept. The code leaves the URL at once, so
 * that it is in no history and no screenshot. Cookies are never used.
 */
import * as z from 'zod';
import { formatAddress, parseAddress } from './address.ts';

const KEPT = 'callgrove.token';
const Exchanged = z.object({ token: z.string().min(1) });

export type SignIn =
  | { readonly kind: 'signed'; readonly token: string }
  | { readonly kind: 'refused'; readonly reason: 'signed_out' | 'code_used' | 'forbidden' }
  /** No daemon answers. */
  | { readonly kind: 'away' };

/** @param held the token in use, checked again: a daemon that was started anew has another */
export async function signIn(held: string | null): Promise<SignIn> {
  const address = parseAddress(location.hash);
  if (address.code !== null) {
    const exchanged = await exchange(address.code);
    if (exchanged === 'away') return { kind: 'away' };
    history.replaceState(null, '', `${location.pathname}#${formatAddress(address)}`);
    if (exchanged !== null) {
      sessionStorage.setItem(KEPT, exchanged);
      return { kind: 'signed', token: exchanged };
    }
  }
  const token = held ?? sessionStorage.getItem(KEPT);
  if (token === null) return { kind: 'refused', reason: address.code === null ? 'signed_out' : 'code_used' };
  const status = await knock(token);
  if (status === 'away') return { kind: 'away' };
  if (status === 403) return { kind: 'refused', reason: 'forbidden' };
  if (status === 401) {
    sessionStorage.removeItem(KEPT);
    return { kind: 'refused', reason: address.code === null ? 'signed_out' : 'code_used' };
  }
  return { kind: 'signed', token };
}

/** The token, null where the code is not good (any more), `away` where nobody answers. */
async function exchange(code: string): Promise<string | null | 'away'> {
  try {
    const response = await fetch('/api/exchange', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) return response.status >= 500 ? 'away' : null;
    const body = Exchanged.safeParse(await response.json());
    return body.success ? body.data.token : null;
  } catch {
    return 'away';
  }
}

async function knock(token: string): Promise<number | 'away'> {
  try {
    const response = await fetch('/api/status', {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    return response.status >= 500 ? 'away' : response.status;
  } catch {
    return 'away';
  }
}
