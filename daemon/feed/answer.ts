/** What a handler answers, and how it goes out: one JSON document, an error, or lines as fast as the reader takes them. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { ApiError } from '../protocol/api.ts';
import { answerHeaders } from './answerHeaders.ts';
import { SourceError } from './source.ts';

export type Answer =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'lines'; readonly batches: AsyncIterable<readonly unknown[]> }
  /** A file that is a download; `sent` is called when it is over, however it ended. */
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly bytes: number;
      readonly type: string;
      /** Letters, digits, `.`, `-` and `_` only. */
      readonly name: string;
      readonly sent: () => void;
    }
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly error: ApiError;
      readonly headers?: Record<string, string>;
    };

export function answerJson(value: unknown): Answer {
  return { kind: 'json', value };
}

export function answerError(status: number, code: string, message: string, candidates?: readonly string[]): Answer {
  return { kind: 'error', status, error: { code, message, ...(candidates ? { candidates: [...candidates] } : {}) } };
}

const STATUS_OF = { bad_filter: 400, not_found: 404, too_slow: 503, unavailable: 503, failed: 500 } as const;

/** A refusal of the source with its own code; anything else says no more than that it went wrong. */
export function answerFailure(error: unknown): Answer {
  if (error instanceof SourceError) return answerError(STATUS_OF[error.code], error.code, error.message);
  return answerError(500, 'failed', 'The daemon could not answer this. Its log says why.');
}

/**
 * Sends the answer. A failure before the first line becomes an error answer; one after it cuts the connection, which
 * is how a reader of lines knows that some are missing. Rejects with what the source threw, for the log.
 */
export async function sendAnswer(response: ServerResponse, answer: Answer): Promise<void> {
  switch (answer.kind) {
    case 'json':
      return sendText(response, 200, JSON.stringify(answer.value));
    case 'error':
      return sendText(response, answer.status, JSON.stringify(answer.error), answer.headers);
    case 'lines':
      return sendLines(response, answer.batches);
    case 'file':
      return sendFile(response, answer);
    default:
      answer satisfies never;
  }
}

function sendText(response: ServerResponse, status: number, text: string, headers?: Record<string, string>): void {
  response.writeHead(status, {
    ...answerHeaders(),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

async function sendFile(response: ServerResponse, answer: Extract<Answer, { kind: 'file' }>): Promise<void> {
  try {
    response.writeHead(200, {
      ...answerHeaders(),
      'content-type': answer.type,
      'content-length': answer.bytes,
      'content-disposition': `attachment; filename="${answer.name}"`,
    });
    await pipeline(createReadStream(answer.file), response);
  } catch (error) {
    // A reader that goes away is no failure of ours.
    if (!response.destroyed) throw error;
  } finally {
    answer.sent();
  }
}

async function sendLines(response: ServerResponse, batches: AsyncIterable<readonly unknown[]>): Promise<void> {
  // `once` must also end when the reader goes away while we wait for it.
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    for await (const batch of batches) {
      if (response.destroyed) return;
      if (!response.headersSent) writeLinesHead(response);
      if (!response.write(batch.map((value) => `${JSON.stringify(value)}\n`).join(''))) {
        await once(response, 'drain', { signal: gone.signal });
      }
    }
  } catch (error) {
    if (gone.signal.aborted) return;
    if (response.headersSent) response.destroy();
    else await sendAnswer(response, answerFailure(error));
    throw error;
  }
  if (!response.headersSent) writeLinesHead(response);
  response.end();
}

function writeLinesHead(response: ServerResponse): void {
  response.writeHead(200, { ...answerHeaders(), 'content-type': 'application/x-ndjson; charset=utf-8' });
}
