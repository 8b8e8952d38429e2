/** What of a capture is worth a look by itself: grants that came with the repository, text that hides something, versions left open. */
import type { AgentSetting, ConfiguredServer, HarnessVersion, InstructionFile } from '../protocol/harness.ts';
import type { FindingKind } from '../protocol/trail.ts';
import { sharedServers } from './sharedServers.ts';

export interface HarnessFinding {
  readonly kind: FindingKind;
  readonly severity: 'info' | 'warning';
  /** What it is about: one finding for each. */
  readonly item: string;
  /** For people. */
  readonly evidence: string;
}

export function harnessFindings(version: HarnessVersion): HarnessFinding[] {
  return [
    ...(version.agent_settings ?? []).flatMap(grantFinding),
    ...(version.instruction_source ?? []).flatMap(hiddenFinding),
    ...sharedServers(version.servers ?? []).flatMap(({ server }) => serverFindings(server)),
  ];
}

/** A file that git does not track was put there by the user, not by whoever wrote the repository. */
function grantFinding({ agent, place, path, key, value, authority, tracked }: AgentSetting): HarnessFinding[] {
  if (authority !== 'grant' || place !== 'repository' || tracked === false) return [];
  const doubt = tracked === null ? ' Whether git tracks the file is not known.' : '';
  const evidence = `${path}, a file of the repository, lets ${agent} do something unasked: ${key}: ${value}.${doubt}`;
  return [{ kind: 'grant_from_repository', severity: 'warning', item: `${agent} ${path} ${key}`, evidence }];
}

function hiddenFinding({ path, place, hidden }: InstructionFile): HarnessFinding[] {
  const [first] = hidden;
  if (!first) return [];
  const count = hidden.length === 1 ? 'a character' : `${hidden.length} characters`;
  const evidence = `${path} (${place}) holds ${count} that a reader does not see and a model does: ${first.code_point} (${first.name}) in line ${first.line}, column ${first.column}.`;
  return [{ kind: 'hidden_unicode', severity: 'warning', item: `${place} ${path}`, evidence }];
}

function serverFindings({ place, path, name, package: found, version_trap }: ConfiguredServer): HarnessFinding[] {
  const item = `${place} ${path} ${name}`;
  const findings: HarnessFinding[] = [];
  if (found.pinned === false) {
    const what = found.name ?? name;
    const asked = found.requested === null ? 'names no version' : `asks for ${found.requested}`;
    const evidence = `${name}: the entry ${asked} of ${what}; the same command may start another version tomorrow.`;
    findings.push({ kind: 'unpinned_server', severity: 'info', item, evidence });
  }
  if (version_trap !== null)
    findings.push({ kind: 'version_trap', severity: 'warning', item, evidence: `${name}: ${version_trap}` });
  return findings;
}
