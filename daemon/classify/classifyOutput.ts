/**
 * What a result puts into context: its tokens, whether it is all there is, and how the rest is to be had. What the server
 * does not say of itself is taken for whole; an answer that is not parsed is not judged.
 */
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import type { CallFacts } from './callFacts.ts';
import { contextTexts } from './contextTexts.ts';
import { TOKENIZER, type TokenCounter } from './tokenCounter.ts';
import {
  MORE_MEMBERS,
  MORE_WITHIN,
  TRUNCATION_HINT,
  TRUNCATION_RULES,
  type TruncationRule,
} from './truncationRules.ts';

type Output = NonNullable<CallEvidence['output']>;

const HEAD_CHARS = 500;
const TAIL_CHARS = 1500;
const TEXTS = 20;
/** A result that links to its content says a sentence beside. */
const BESIDE_LINK_CHARS = 500;

export function classifyOutput(facts: CallFacts, tokens: TokenCounter): CallEvidence {
  const { result, method, outcome } = facts;
  if (result === undefined || outcome === 'denied') return {};
  const texts = contextTexts(method, result);
  const count = texts === null ? null : countAll(texts, tokens);
  const rest = restOf(method, result, texts ?? []);
  return {
    output: { ...(count === null ? {} : { tokens: count, tokenizer: TOKENIZER }), ...rest },
    sources: {
      ...(count === null ? {} : { tokens: 'observed' }),
      ...(rest.summary_mode ? { summary_mode: 'observed' } : {}),
    },
  };
}

function countAll(texts: readonly string[], tokens: TokenCounter): number | null {
  let sum = 0;
  for (const text of texts) {
    const count = tokens.count(text);
    if (count === null) return null;
    sum += count;
  }
  return sum;
}

function restOf(method: string, result: Json, texts: readonly string[]): Output {
  if (method === 'tools/call') {
    const content = jsonMember(result, 'content');
    const blocks: readonly Json[] = Array.isArray(content) ? content : [];
    if (blocks.length === 0 && jsonMember(result, 'structuredContent') === undefined) return { summary_mode: 'none' };
    const link = blocks.find((block) => jsonMember(block, 'type') === 'resource_link');
    const uri = link && jsonMember(link, 'uri');
    if (typeof uri === 'string' && isOnlyLink(blocks)) return { summary_mode: 'artifact', refill_route: uri };
  }
  const more = moreMember(result) ?? moreMember(jsonMember(result, 'structuredContent'));
  if (more !== null) return { summary_mode: 'truncated', refill_route: more };
  for (const text of texts.slice(0, TEXTS)) {
    const found = truncationOf(text);
    if (found) return found;
  }
  return {};
}

function isOnlyLink(blocks: readonly Json[]): boolean {
  return blocks.every((block) => {
    const type = jsonMember(block, 'type');
    const text = jsonMember(block, 'text');
    return (
      type === 'resource_link' || (type === 'text' && typeof text === 'string' && text.length <= BESIDE_LINK_CHARS)
    );
  });
}

function moreMember(value: Json | undefined): string | null {
  for (const holder of [value, ...MORE_WITHIN.map((name) => jsonMember(value, name))]) {
    if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) continue;
    for (const { name, holds } of MORE_MEMBERS) {
      const said = jsonMember(holder, name);
      // The place is told by the name: the value is the server's own word.
      if (holds === 'true' ? said === true : typeof said === 'string' && said !== '') return name;
    }
  }
  return null;
}

/** Null where the text says nothing of a rest. */
export function truncationOf(text: string): Output | null {
  const looked =
    text.length <= HEAD_CHARS + TAIL_CHARS ? text : `${text.slice(0, HEAD_CHARS)}\n${text.slice(-TAIL_CHARS)}`;
  if (!TRUNCATION_HINT.test(looked)) return null;
  for (const rule of TRUNCATION_RULES) {
    const match = rule.pattern.exec(looked);
    if (match) return found(rule, match.groups ?? {});
  }
  return null;
}

function found({ counts, mode, refill }: TruncationRule, groups: Readonly<Record<string, string>>): Output {
  const left =
    groups.all === undefined ? numberOf(groups.n) : (numberOf(groups.all) ?? 0) - (numberOf(groups.shown) ?? 0);
  const counted =
    left === null || left < 0 || counts === undefined
      ? {}
      : counts === 'bytes'
        ? { omitted_bytes: left }
        : { omitted_count: left };
  const route = refill?.replace(/\$<(\w+)>/g, (_, name: string) => groups[name] ?? '');
  return { summary_mode: mode ?? 'truncated', ...counted, ...(route === undefined ? {} : { refill_route: route }) };
}

function numberOf(text: string | undefined): number | null {
  const value = text === undefined ? Number.NaN : Number(text.replace(/[,.](?=\d{3}\b)/g, '').replace(/[,.]$/, ''));
  return Number.isSafeInteger(value) ? value : null;
}
