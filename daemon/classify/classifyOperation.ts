/** What kind of operation a tool call asks for, and how much content it carries: by catalog, annotations, then names. */
import type { Json } from '../model/json.ts';
import { type KnownTool, knownTool, operationOf } from '../model/toolCatalog.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import type { Source } from '../protocol/record.ts';
import type { CallFacts } from './callFacts.ts';
import { requestedUrl } from './requestedUrl.ts';

/** Arguments under these names are what is written, whatever else stands beside them. */
const CONTENT = ['content', 'contents', 'text', 'file_text', 'new_str', 'newText', 'data', 'body', 'code'];

export function classifyOperation(facts: CallFacts): CallEvidence {
  const { tool, event, connection } = facts;
  if (event !== 'tool_call' || tool === null) return {};
  const known = knownTool(connection.facts, tool);
  const [operation_class, source] = operationWithSource(tool, known, facts.listed?.hints.readOnlyHint ?? null);
  const requested_url = WRITES.has(operation_class) ? null : addressOf(facts);
  return {
    input_summary: {
      operation_class,
      content_length: contentBytes(facts.args),
      ...(requested_url && { requested_url }),
    },
    sources: {
      ...(operation_class !== 'unknown' && { operation_class: source }),
      ...(requested_url !== null && { requested_url: 'observed' }),
    },
  };
}

/** Of these an address in the arguments is content: what is noted down or sent. */
const WRITES: ReadonlySet<Operation> = new Set(['create', 'write', 'patch', 'delete', 'move', 'message']);
/** Of RECORDS' 2 KiB; masking may make a text a little longer. */
const SUMMARY_BYTES = 2048 - 200;

/** null also where the summary has no room left beside what the judgement found. */
function addressOf({ args, decision }: CallFacts): string | null {
  const url = requestedUrl(args);
  if (url === null || decision === null) return url;
  const bytes = Buffer.byteLength(JSON.stringify(decision.input_summary)) + Buffer.byteLength(url);
  return bytes <= SUMMARY_BYTES ? url : null;
}

type Operation = KnownTool['operation'];

function operationWithSource(tool: string, known: KnownTool | null, readOnly: boolean | null): [Operation, Source] {
  if (known && known.operation !== 'unknown') return [known.operation, 'catalog'];
  const named = operationOf(tool);
  return named === 'unknown' && readOnly === true ? ['read', 'annotation'] : [named, 'inferred'];
}

/** Bytes of the text that the arguments carry to be written; null where none is named so. */
function contentBytes(args: Json | undefined): number | null {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return null;
  for (const name of CONTENT) {
    const value: unknown = Object.getOwnPropertyDescriptor(args, name)?.value;
    if (typeof value === 'string') return Buffer.byteLength(value);
  }
  return null;
}
