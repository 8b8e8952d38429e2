/**
 * Asks a server without configured headers whether it answers without a sign-in. Only its agent can sign in, so an
 * entry that needs it must stay the agent's own. No credential is sent.
 */

export type SignIn =
  | { readonly kind: 'no' }
  | { readonly kind: 'yes' }
  /** It could not be asked, so nobody can say. */
  | { readonly kind: 'unknown'; readonly reason: string };

const LIMIT_MS = 5_000;
const PROTOCOL = '2025-06-18';

/** Never throws. @param address http or https, without references */
export async function needsSignIn(address: string, fetchIt: typeof fetch = fetch): Promise<SignIn> {
  const body = {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: PROTOCOL, capabilities: {}, clientInfo: { name: 'callgrove-wrap', version: '1' } },
  };
  try {
    const answer = await fetchIt(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const session = answer.headers.get('mcp-session-id');
    await answer.body?.cancel();
    if (session) await endSession(address, session, fetchIt);
    return answer.status === 401 || answer.status === 403 ? { kind: 'yes' } : { kind: 'no' };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
    return { kind: 'unknown', reason: code ?? (cause instanceof Error ? cause.message : String(cause)) };
  }
}

async function endSession(address: string, session: string, fetchIt: typeof fetch): Promise<void> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const answer = await fetchIt(address, { method: 'DELETE', headers: { 'mcp-session-id': session }, signal }).catch(
    () => null,
  );
  await answer?.body?.cancel();
}

/** A server on this machine that is not up now would not ask for a sign-in. */
export function isLoopback(address: string): boolean {
  const host = URL.canParse(address) ? new URL(address).hostname : '';
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
