/**
 * How a tool behaves, each value from the most trusted source that says it: the user, the catalog, what the server said in
 * annotations, what name and arguments suggest, and last the annotations' defaults, which nobody said.
 */

import { ASKS, type Conduct, changes, READS } from '../model/conduct.ts';
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';
import { knownConduct } from '../model/knownConduct.ts';
import type { InputSummary, Source } from '../protocol/record.ts';
import type { ToolHints } from '../protocol/toolFacts.ts';
import type { ToolSettings } from '../protocol/toolSettings.ts';
import type { CallFacts } from './callFacts.ts';

export type ConductMember = 'effects' | 'idempotent' | 'retry_safe' | 'reversibility' | 'visibility';

export interface KnownConduct extends Conduct {
  /** Where each value comes from; absent where nothing says it. */
  readonly sources: Readonly<Partial<Record<ConductMember, Source>>>;
}

type Part = Partial<Pick<Conduct, ConductMember | 'target' | 'dryRun'>>;

/** @param operation as it was judged */
export function conductOf(facts: CallFacts, operation: InputSummary['operation_class']): KnownConduct {
  const { connection, tool, listed, args } = facts;
  const known = connection.facts.known && tool !== null ? knownConduct(connection.facts.known.id, tool) : null;
  const hints = listed?.hints ?? null;
  const ranked: readonly (readonly [Source, Part])[] = [
    ['user', fromUser(facts.settings)],
    ['catalog', known ?? {}],
    ['annotation', hints ? fromHints(hints) : {}],
    ['inferred', inferred(facts, operation)],
    ['inferred', hints ? fromDefaults(hints) : {}],
  ];
  const sources: Partial<Record<ConductMember, Source>> = {};
  const pick = <K extends ConductMember>(member: K): Conduct[K] | undefined => {
    for (const [source, part] of ranked) {
      const value = part[member];
      if (value === undefined || value === null || value === 'unknown') continue;
      sources[member] = source;
      return value;
    }
    return undefined;
  };
  const dryRun = ranked.find(([, part]) => part.dryRun !== undefined)?.[1].dryRun;
  const isDry = dryRun !== undefined && jsonMember(args, dryRun) === true;
  if (isDry) return { ...READS, sources: allFrom(known ? 'catalog' : 'inferred') };
  return {
    effects: pick('effects') ?? [],
    target: ranked.find(([, part]) => part.target)?.[1].target ?? null,
    idempotent: pick('idempotent') ?? null,
    retry_safe: pick('retry_safe') ?? null,
    reversibility: pick('reversibility') ?? 'unknown',
    visibility: pick('visibility') ?? 'unknown',
    sources,
  };
}

function allFrom(source: Source): KnownConduct['sources'] {
  return { effects: source, idempotent: source, retry_safe: source, reversibility: source };
}

function fromUser(settings: ToolSettings | null): Part {
  if (!settings) return {};
  const { idempotent, retry_safe, reversibility, effects, visibility } = settings;
  return {
    ...(idempotent !== undefined && { idempotent }),
    ...(retry_safe !== undefined && { retry_safe }),
    ...(reversibility !== undefined && { reversibility }),
    ...(effects !== undefined && { effects }),
    ...(visibility !== undefined && { visibility }),
  };
}

/** Only what the server said. Of a tool that only reads the others mean nothing. */
function fromHints({ readOnlyHint, destructiveHint, idempotentHint }: ToolHints): Part {
  if (readOnlyHint === true) return { effects: [], idempotent: true, retry_safe: true, reversibility: 'no_effect' };
  return {
    ...(idempotentHint !== null && { idempotent: idempotentHint, retry_safe: idempotentHint }),
    // What only adds can be taken away again; what destroys may be gone.
    ...(destructiveHint === false && { reversibility: 'reversible' as const }),
  };
}

/** A tool with annotations that leave something out: then the schema's default holds, though nobody said it. */
function fromDefaults(hints: ToolHints): Part {
  const saidAnything = Object.values(hints).some((hint) => hint !== null);
  if (!saidAnything || hints.readOnlyHint === true) return {};
  return { idempotent: hints.idempotentHint ?? false, retry_safe: hints.idempotentHint ?? false };
}

/** By what the operation is called, and where its server is. */
function inferred(facts: CallFacts, operation: InputSummary['operation_class']): Part {
  const { where } = facts.connection.facts;
  const isFar = where === 'elsewhere';
  const paths = facts.decision?.paths ?? [];
  const target = paths.find(({ access }) => access === 'write')?.argument ?? null;
  const onDisk = !isFar && target !== null;
  switch (operation) {
    case 'read':
    case 'list':
    case 'search':
      return isFar ? ASKS : READS;
    case 'query':
      return isQuestion(facts.args) ? (isFar ? ASKS : READS) : { effects: far(isFar, 'unknown_change') };
    case 'network':
      return { effects: ['api_call'], visibility: 'unknown' };
    case 'create':
      return changes(
        onDisk ? ['file_created'] : far(isFar, 'record_created'),
        'doubles',
        onDisk ? 'reversible' : 'unknown',
        target,
      );
    case 'write':
      return changes(onDisk ? ['file_modified'] : far(isFar, 'record_modified'), 'unknown', 'unknown', target);
    case 'patch':
      return changes(onDisk ? ['file_modified'] : far(isFar, 'record_modified'), 'doubles', 'unknown', target);
    case 'delete':
      return changes(onDisk ? ['file_deleted'] : far(isFar, 'record_deleted'), 'unknown', 'permanent', target);
    case 'move':
      return changes(onDisk ? ['file_moved'] : far(isFar, 'record_modified'), 'doubles', 'reversible', target);
    case 'execute':
      return changes(far(isFar, 'process_run'), 'unknown', 'unknown', null, 'unknown');
    case 'message':
      return changes(far(isFar, 'message_sent'), 'doubles', 'permanent');
    case 'unknown':
      return isFar ? { effects: ['api_call', 'unknown_change'] } : { effects: ['unknown_change'] };
    default:
      return operation satisfies never;
  }
}

/** What happens on another machine is a call of its API as well. */
function far(isFar: boolean, kind: Conduct['effects'][number]): Conduct['effects'] {
  return isFar ? ['api_call', kind] : [kind];
}

/** A statement that asks and changes nothing. */
function isQuestion(args: Json | undefined): boolean {
  const text = ['sql', 'query', 'statement']
    .map((name) => jsonMember(args, name))
    .find((one) => typeof one === 'string');
  return typeof text === 'string' && /^\s*(?:select|explain|show|describe|values)\b/i.test(text.slice(0, 1000));
}
