/**
 * Decides, before anything else is read, whether a request may come from where it says: a name that was rebound to
 * 127.0.0.1 shows in `Host`, a foreign page in `Origin`. Tokens are checked after this and elsewhere.
 */

export interface Arrival {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** The request target as it stood in the request line. */
  readonly url: string | undefined;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly path: string; readonly query: URLSearchParams }
  | { readonly kind: 'refused'; readonly status: 400 | 403; readonly code: string; readonly message: string };

/** @param port the one that the daemon listens on */
export function admit(arrival: Arrival, port: number): Admission {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  if (arrival.host === undefined || !hosts.includes(arrival.host.toLowerCase())) {
    return refused(403, 'foreign_host', 'This daemon answers to its own address only.');
  }
  if (arrival.origin !== undefined && !hosts.some((host) => arrival.origin === `http://${host}`)) {
    return refused(403, 'foreign_origin', 'This daemon answers to its own page only.');
  }
  // An absolute target (`GET http://other/`) would make two hosts of one request.
  if (!arrival.url?.startsWith('/') || arrival.url.startsWith('//') || arrival.url.length > 4_096) {
    return refused(400, 'bad_request', 'The request target is not a path of this daemon.');
  }
  const at = arrival.url.indexOf('?');
  const path = at < 0 ? arrival.url : arrival.url.slice(0, at);
  return { kind: 'admitted', path, query: new URLSearchParams(at < 0 ? '' : arrival.url.slice(at + 1)) };
}

function refused(status: 400 | 403, code: string, message: string): Admission {
  return { kind: 'refused', status, code, message };
}
