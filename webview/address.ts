/** The page's address: which session and call the URL's fragment names, and the one-time code it may carry. */

export interface Address {
  readonly session: string | null;
  readonly call: string | null;
  /** Exchanged for a token once, then taken out of the URL. */
  readonly code: string | null;
}

/** @param hash `location.hash`, with or without `#`; what is too long to be an id is ignored */
export function parseAddress(hash: string): Address {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const read = (name: string) => {
    const value = params.get(name);
    return value !== null && value !== '' && value.length <= 200 ? value : null;
  };
  return { session: read('session'), call: read('call'), code: read('code') };
}

/** The fragment for a selection, without `#`; empty where nothing is selected. Never carries a code. */
export function formatAddress(session: string | null, call: string | null): string {
  const params = new URLSearchParams();
  if (session !== null) params.set('session', session);
  if (session !== null && call !== null) params.set('call', call);
  return params.toString();
}
