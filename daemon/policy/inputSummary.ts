/** RECORDS' `input_summary`: what a request reaches for, in at most 2 KiB. Contents of arguments are never in it. */
import { CONTENT_NAME } from '../model/contentNames.ts';
import { type LongTexts, NO_LONG_TEXTS } from '../model/longTexts.ts';
import type { OperationClass } from '../model/toolCatalog.ts';
import type { JudgedPath } from './judgePath.ts';

/** As JSON in UTF-8. */
export const SUMMARY_BYTES = 2048;

const MAX_NODES = 1000;
/** More than a summary takes without any of its texts. */
const EMPTY_BYTES = 500;

export interface InputSummary {
  readonly requested_path: string | null;
  readonly cwd: string | null;
  readonly canonical_path: string | null;
  readonly allowed_root: string | null;
  readonly symlinks: readonly string[];
  readonly requested_url: null;
  readonly normalized_target: null;
  readonly dns_answers: null;
  readonly resolved_ip_class: null;
  readonly redirect_chain: 'unknown';
  readonly operation_class: OperationClass;
  readonly content_length: number | null;
  readonly redaction_class: 'none';
  readonly redaction_rule: null;
}

/** @param path the one that decided, else the first; null where the call has none */
export function inputSummary(
  path: JudgedPath | null,
  cwd: string | null,
  root: string | null,
  operation: OperationClass,
  args: unknown,
  texts: LongTexts = NO_LONG_TEXTS,
): InputSummary {
  const written = contentLength(args, texts);
  const summary = (chars: number, links: number): InputSummary => ({
    requested_path: clip(path?.requested ?? null, chars),
    cwd: clip(cwd, chars),
    canonical_path: clip(path?.canonical ?? null, chars),
    allowed_root: clip(path === null ? null : root, chars),
    symlinks: (path?.symlinks ?? []).slice(0, links).map((link) => clip(link, chars) ?? ''),
    requested_url: null,
    normalized_target: null,
    dns_answers: null,
    resolved_ip_class: null,
    redirect_chain: 'unknown',
    operation_class: operation,
    content_length: written,
    redaction_class: 'none',
    redaction_rule: null,
  });
  const whole = summary(4096, 40);
  if (isShort(whole)) return whole;
  // Characters that JSON escapes take up to six bytes each.
  for (const [chars, links] of [
    [4096, 40],
    [256, 4],
    [100, 2],
    [40, 1],
  ] as const) {
    const one = chars === 4096 ? whole : summary(chars, links);
    if (Buffer.byteLength(JSON.stringify(one)) <= SUMMARY_BYTES) return one;
  }
  return summary(20, 0);
}

/** Short enough whatever JSON escapes, told without making the text: most calls are. */
function isShort({ requested_path, cwd, canonical_path, allowed_root, symlinks }: InputSummary): boolean {
  let chars = 0;
  for (const text of [requested_path, cwd, canonical_path, allowed_root, ...symlinks]) chars += (text?.length ?? 0) + 4;
  return chars * 6 <= SUMMARY_BYTES - EMPTY_BYTES;
}

/** The start and the end of a long path: what it is called stands at the end. */
function clip(text: string | null, chars: number): string | null {
  if (text === null || text.length <= chars) return text;
  const half = Math.floor((chars - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`.toWellFormed();
}

/** Bytes in UTF-8 of all that the arguments hold to be written; null where nothing of the kind is there. */
export function contentLength(args: unknown, texts: LongTexts): number | null {
  let bytes: number | null = null;
  let nodes = 0;
  const visit = (value: unknown, name: string): void => {
    if (++nodes > MAX_NODES) return;
    if (typeof value === 'string') {
      if (CONTENT_NAME.test(name)) bytes = (bytes ?? 0) + (texts.of(value)?.bytes() ?? Buffer.byteLength(value));
    } else if (Array.isArray(value)) for (const one of value.slice(0, MAX_NODES)) visit(one, name);
    else if (typeof value === 'object' && value !== null && nodes < MAX_NODES)
      for (const [key, one] of Object.entries(value)) visit(one, key);
  };
  visit(args, '');
  return bytes;
}
