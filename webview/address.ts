/** The page's address: which session, call and view the URL's fragment names, and the one-time code it may carry. */
import type { Shown } from './bridge.ts';
import { CALLS, type Pair, type View } from './view.ts';

export interface Address {
  readonly session: string | null;
  readonly call: string | null;
  readonly view: View;
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
  return { session: read('session'), call: read('call'), view: viewOf(read), code: read('code') };
}

/** The fragment for what is shown, without `#`; empty where nothing is selected. Never carries a code. */
export function formatAddress({ session, call, view = CALLS }: Shown): string {
  const params = new URLSearchParams();
  if (session !== null) params.set('session', session);
  if (session !== null && call !== null) params.set('call', call);
  if (view.view !== 'calls') params.set('view', view.view);
  if (view.view === 'harness' && view.capture !== null) params.set('capture', view.capture);
  if (view.view === 'denials' && view.call !== null) params.set('denial', view.call);
  if (view.view === 'compare' && view.pair !== null) {
    if (view.pair.of === 'fresh') params.set('fresh', view.pair.fresh);
    else {
      params.set('a', view.pair.a);
      params.set('b', view.pair.b);
    }
  }
  return params.toString();
}

function viewOf(read: (name: string) => string | null): View {
  const view = read('view');
  if (view === 'harness') return { view, capture: read('capture') };
  if (view === 'about' || view === 'summary' || view === 'findings') return { view };
  if (view === 'denials') return { view, call: read('denial') };
  return view === 'compare' ? { view, pair: pairOf(read('a'), read('b'), read('fresh')) } : CALLS;
}

/** Two ids say by themselves what they are of: sessions are runs, anything else captures. */
export function pairOf(a: string | null, b: string | null, fresh: string | null): Pair | null {
  if (fresh !== null) return { of: 'fresh', fresh };
  if (a === null || b === null) return null;
  const runs = a.startsWith('ses_') && b.startsWith('ses_');
  return { of: runs ? 'runs' : 'captures', a, b };
}
