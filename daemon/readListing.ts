/**
 * A server's tools as it listed them, read when the last page of its answer has come: the pages before it are found by
 * their cursors, so that nothing has to be remembered between two pages.
 */
import { createHash } from 'node:crypto';
import { parseMessage } from './bodies.ts';
import { definitionText } from './classify/contextTexts.ts';
import { TOKENIZER, type TokenCounter } from './classify/tokenCounter.ts';
import { type BodyPlaces, readFrame } from './journal/readSpans.ts';
import { canonicalJson } from './model/canonicalJson.ts';
import type { Json } from './model/json.ts';
import { jsonMember } from './model/jsonMember.ts';
import { listedTool } from './model/listedTool.ts';
import { toolFacts } from './model/toolFacts.ts';
import type { FrameRef } from './protocol/events.ts';
import type { Redactor } from './redact/redactor.ts';
import type { Database } from './store/database.ts';
import { type Listing, listPages } from './store/listings.ts';
import type { BodyTask } from './store/secondStage.ts';

export interface ListingOptions {
  readonly places: BodyPlaces;
  readonly database: Database;
  readonly redactorFor: (connectionId: string) => Redactor;
  readonly tokens: TokenCounter;
}

const PAGE_BYTES = 4 * 1024 * 1024;
const PAGES = 200;
const TOOLS = 2000;

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Null where the list goes on, failed, or has lost a page. */
export async function readListing(options: ListingOptions, task: BodyTask): Promise<Listing | null> {
  const { places, database, redactorFor, tokens } = options;
  const read = (frame: FrameRef): Json | undefined => {
    const bytes = frame.byteLength <= PAGE_BYTES ? readFrame(places, task.connection_id, frame) : null;
    return bytes ? parseMessage(Buffer.from(bytes).toString('utf8'), frame.key) : undefined;
  };
  const tools = task.response && collect(read, task.response, listPages(database, task.call, PAGES));
  if (!task.response || !tools) return null;
  await tokens.load();
  const names = new Set<string>();
  const redactor = redactorFor(task.connection_id);
  const found = [];
  for (const value of tools.slice(0, TOOLS)) {
    const tool = listedTool(value);
    if (!tool) continue;
    const [name, text] = await redactor.redact([tool.name, tool.text]);
    // Twice the same name would let one description hide behind the other.
    const unique = names.has(name?.text ?? '') ? `${name?.text} (${names.size})` : (name?.text ?? '');
    names.add(unique);
    const facts = toolFacts(unique, value, tool.canonical.length);
    const count = tokens.count(definitionText(value));
    found.push({
      name: unique,
      sha256: sha256(tool.canonical),
      text: text?.text ?? '',
      hidden: tool.hidden,
      facts,
      tokens: count === null ? null : { count, tokenizer: TOKENIZER },
    });
  }
  const digests = Object.fromEntries(found.map(({ name, sha256 }) => [name, sha256]).sort());
  return {
    call: task.call,
    at: task.response.at,
    contract: { contract: sha256(canonicalJson(digests)), tools: digests },
    tools: found,
  };
}

/** The tools of all pages; null where one of them is missing. `pages` are the requests before the last one's answer, newest first. */
function collect(
  read: (frame: FrameRef) => Json | undefined,
  last: FrameRef,
  pages: readonly { readonly request: FrameRef; readonly response: FrameRef | null }[],
): Json[] | null {
  const lists: (readonly Json[])[] = [];
  let wanted: Json | undefined;
  for (const [index, { request, response }] of pages.entries()) {
    const frame = index === 0 ? last : response;
    const result = frame && jsonMember(read(frame), 'result');
    const tools = jsonMember(result ?? undefined, 'tools');
    if (!Array.isArray(tools)) {
      if (index === 0) return null;
      continue;
    }
    const next = jsonMember(result ?? undefined, 'nextCursor');
    // Another list that was asked for at the same time.
    if ((next ?? undefined) !== wanted) {
      if (index === 0) return null;
      continue;
    }
    lists.unshift(tools);
    const cursor = jsonMember(jsonMember(read(request), 'params'), 'cursor') ?? undefined;
    if (cursor === undefined) return lists.flat();
    wanted = cursor;
  }
  return null;
}
