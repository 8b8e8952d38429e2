/** What a drill's proxies recorded: how many calls, and how many answers to them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placesOf } from './base/places.ts';
import { SegmentReader } from './journal/segmentReader.ts';
import { parseSegmentName } from './protocol/journal.ts';

/** Over all connections of a state folder whose proxies have ended. @throws where a journal is damaged */
export function drillJournal(home: string): { readonly requests: number; readonly answers: number } {
  const { journal } = placesOf(home, join);
  const connections = new Map<string, Record<'c2s' | 's2c', Uint8Array[]>>();
  for (const file of readdirSync(journal).toSorted()) {
    const name = parseSegmentName(file);
    if (!name) continue;
    const bytes = connections.get(name.connection_id) ?? { c2s: [], s2c: [] };
    connections.set(name.connection_id, bytes);
    const reader = new SegmentReader();
    for (const { head, payload } of reader.push(readFileSync(join(journal, file))))
      if (head.k === 'chunk' && head.d !== undefined && head.d !== 'stderr') bytes[head.d].push(payload);
    if (reader.damage) throw new Error(`${file}: ${reader.damage.reason} at ${reader.damage.offset}`);
  }
  let [requests, answers] = [0, 0];
  for (const { c2s, s2c } of connections.values()) {
    const asked = messages(c2s).filter(({ method }) => method === 'tools/call');
    const ids = new Set(asked.map(({ id }) => id));
    requests += asked.length;
    answers += messages(s2c).filter(({ id, method }) => method === undefined && ids.has(id)).length;
  }
  return { requests, answers };
}

function messages(chunks: readonly Uint8Array[]): { readonly id?: unknown; readonly method?: unknown }[] {
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
}
