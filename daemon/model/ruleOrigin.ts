/**
 * Where the mode of a rule comes from for one server and agent, by the bundle's origins: the closest layer that says
 * something counts, in it the rule before the mode. It explains; who judges folds the whole policy (policy/effective.ts).
 */
import type { DenialReason, Origin, PolicyFile, PolicyPart, PolicySettings } from '../protocol/policy.ts';

export interface RuleOrigin {
  /** JSON pointer of what says so; empty for a default. */
  readonly pointer: string;
  readonly origin: Origin;
}

const DEFAULT: Origin = { from: 'default', file: null, line: null, column: null };
/** `mode` does not change these. */
const OWN: ReadonlySet<DenialReason> = new Set(['unprovable_root', 'server_frozen', 'session_frozen', 'lane_frozen']);

/** @param agent the principal's id without its version */
export function ruleOrigin(
  file: Pick<PolicyFile, 'user' | 'origins' | 'repositories'>,
  of: { readonly server: string | null; readonly agent: string | null; readonly root: string | null },
  reason: DenialReason,
): RuleOrigin {
  const repository = of.root !== null && Object.hasOwn(file.repositories, of.root) ? file.repositories[of.root] : null;
  const narrowed = repository ? inSettings(repository.settings, repository.origins, of, reason) : null;
  // What a repository says can only have made it stricter.
  return narrowed ?? inSettings(file.user, file.origins, of, reason) ?? { pointer: '', origin: DEFAULT };
}

function inSettings(
  settings: PolicySettings,
  origins: Readonly<Record<string, Origin>>,
  { server, agent }: { readonly server: string | null; readonly agent: string | null },
  reason: DenialReason,
): RuleOrigin | null {
  const layers: readonly (readonly [string, PolicyPart | undefined])[] = [
    [`/servers/${escaped(server ?? '')}`, own(settings.servers, server)],
    [`/principals/${escaped(agent ?? '')}`, own(settings.principals, agent)],
    ['', settings],
  ];
  for (const [pointer, part] of layers) {
    if (part?.rules?.[reason] !== undefined) return found(`${pointer}/rules/${reason}`, origins);
    if (part?.mode !== undefined && !OWN.has(reason)) return found(`${pointer}/mode`, origins);
  }
  return null;
}

/** Of the member itself, or of the nearest around it. */
function found(pointer: string, origins: Readonly<Record<string, Origin>>): RuleOrigin {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const origin = Object.hasOwn(origins, at) ? origins[at] : undefined;
    if (origin) return { pointer, origin };
  }
  return { pointer, origin: origins[''] ?? DEFAULT };
}

function own<Value>(record: Readonly<Record<string, Value>> | undefined, key: string | null): Value | undefined {
  return record !== undefined && key !== null && Object.hasOwn(record, key) ? record[key] : undefined;
}

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** `your settings, line 4 (callgrove.jsonc)`, `Callgrove’s default`. */
export function originText({ from, file, line }: Origin): string {
  if (from === 'default') return 'Callgrove’s default';
  const whose = from === 'user' ? 'your settings' : 'this repository’s settings';
  return `${whose}${file === null ? '' : `, ${file}`}${line === null ? '' : `, line ${line}`}`;
}
