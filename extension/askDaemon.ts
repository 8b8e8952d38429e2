/** One question of a page to the daemon over HTTP, with the token that pages in an editor never see. */
import { request } from 'node:http';
import { type Ask, answerOf, bodyOf, pathOf, patienceOf, type ToPage } from '../webview/bridge.ts';
import type { Endpoint } from './endpoint.ts';

const ANSWER_BYTES = 64 * 1024 * 1024;
/** What a page may do. The extension holds the daemon's own token, so that the list is kept here too. */
const PAGE_ACTS: ReadonlySet<string> = new Set(['label', 'pin', 'freeze', 'thaw', 'allow', 'deny', 'mode']);

/** Always answers; what went wrong is an answer as well. */
export async function askDaemon(endpoint: Endpoint | null, ask: Ask): Promise<ToPage> {
  const failed = (code: string, message: string): ToPage => ({ type: 'failed', ask, code, message });
  if (ask.ask === 'act' && !PAGE_ACTS.has(ask.action.act))
    return failed('not_for_viewers', 'The page may not do that.');
  if (endpoint === null) return failed('unreachable', 'The daemon could not be reached.');
  try {
    const { status, text } = await send(endpoint, ask);
    return answerOf(ask, status, parseJson(text));
  } catch (error) {
    const slow = error instanceof Error && error.name === 'AbortError';
    return failed('unreachable', slow ? 'The daemon took too long.' : 'The daemon could not be reached.');
  }
}

function send({ port, token }: Endpoint, ask: Ask): Promise<{ status: number; text: string }> {
  const posted = bodyOf(ask);
  const body = posted === null ? null : JSON.stringify(posted);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path: pathOf(ask),
      method: body === null ? 'GET' : 'POST',
      agent: false,
      signal: AbortSignal.timeout(patienceOf(ask)),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > ANSWER_BYTES) response.destroy(new Error('the answer is too long'));
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.end(body ?? undefined);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
