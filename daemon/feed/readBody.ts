/** Reads the JSON body of a POST, bounded. A browser's "simple" form post is refused by its content type. */
import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly status: 400 | 413 | 415; readonly code: string; readonly message: string };

export const BODY_BYTES = 64 * 1024;

/** Rejects only where the connection ends first. */
export async function readBody(request: IncomingMessage, limitBytes = BODY_BYTES): Promise<Body> {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refused(415, 'unsupported_media_type', 'The body must be application/json.');
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return tooLarge(limitBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part: Buffer = chunk;
    bytes += part.length;
    if (bytes > limitBytes) return tooLarge(limitBytes);
    chunks.push(part);
  }
  try {
    return { kind: 'json', value: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return refused(400, 'bad_request', 'The body is not JSON.');
  }
}

function tooLarge(limitBytes: number): Body {
  return refused(413, 'too_large', `The body may have ${limitBytes} bytes.`);
}

function refused(status: 400 | 413 | 415, code: string, message: string): Body {
  return { kind: 'refused', status, code, message };
}
