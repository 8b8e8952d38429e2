/**
 * The instruction files that an agent finds from a workspace, in its order of reading, each with the reason why it
 * counts or not. Which of them a host really loaded only the host knows; this is what its own rules say.
 */
import { dirname, relative, sep } from 'node:path';
import { hiddenUnicode } from '../model/hiddenUnicode.ts';
import { agentName } from '../model/knownAgents.ts';
import type { HiddenCharacter, InstructionFile } from '../protocol/harness.ts';
import { boundedFiles, keepTexts } from './boundedFiles.ts';
import { claudeExcluded, claudeImportsApproved, claudeInstructions, claudeProjectName } from './claudeInstructions.ts';
import { codexInstructions } from './codexInstructions.ts';
import type { Files } from './files.ts';
import { isIn, placeOf, portable } from './homePath.ts';
import { instructionImports } from './instructionImports.ts';
import { instructionOptions } from './instructionOptions.ts';
import type { InstructionRow } from './instructionRow.ts';
import { type Finding, instructionSearch, type Search } from './instructionSearch.ts';
import { INSTRUCTIONS } from './instructionTable.ts';
import { opencodeInstructions } from './opencodeInstructions.ts';
import type { CaptureRequest } from './request.ts';
import { vscodeInstructions, vscodeRow } from './vscodeInstructions.ts';
import type { WorkspaceListing } from './workspaceListing.ts';

export interface ReadInstructions {
  readonly instructions: InstructionFile[];
  /** By digest, each at most 256 KiB. */
  readonly texts: Record<string, string>;
  /** What could not be read, each in one sentence. */
  readonly missing: string[];
}

/** For the agent of the request, or for all that the table has. Never throws. */
export function readInstructions(request: CaptureRequest, files: Files, listing: WorkspaceListing): ReadInstructions {
  const rows = INSTRUCTIONS.filter(({ agent }) => request.agent === null || agent === request.agent);
  const missing: string[] = [];
  if (request.agent !== null && rows.length === 0)
    missing.push(`Where ${agentName(request.agent)} looks for instructions is not known.`);
  if (request.agent !== null) missing.push(...rows.flatMap(({ unseen }) => unseen ?? []));
  const kept = keepTexts();
  const hidden = new Map<string, HiddenCharacter[]>();
  const instructions = rows.flatMap((row) => {
    const findings = findingsOf(row, request, files, listing);
    return findings.map((one): InstructionFile => {
      const { content } = one;
      if (content.kind === 'file') {
        kept.keep(content);
        if (!hidden.has(content.sha256)) hidden.set(content.sha256, hiddenUnicode(content.text));
      }
      return {
        agent: row.agent,
        ...shownPlace(one, request),
        kind: one.kind,
        counts: one.counts,
        why: portable(one.why, request).slice(0, 500),
        scope: one.scope,
        imported_by: importerOf(one, findings, request),
        sha256: content.kind === 'file' ? content.sha256 : null,
        bytes: content.kind === 'file' ? content.size : 0,
        hidden: content.kind === 'file' ? (hidden.get(content.sha256) ?? []) : [],
      };
    });
  });
  return { instructions, texts: kept.texts, missing: [...missing, ...kept.missing()] };
}

function findingsOf(
  row: InstructionRow,
  request: CaptureRequest,
  files: Files,
  listing: WorkspaceListing,
): readonly Finding[] {
  const options = instructionOptions(row.agent, request, files);
  const shape = shaped(row, options, request, files);
  const search: Search = { row: shape, options, request, files: boundedFiles(files), listing };
  const found = instructionSearch(search);
  if (row.agent === 'codex') return codexInstructions(found, search);
  if (row.agent === 'opencode') return opencodeInstructions(found, search);
  if (row.agent === 'vscode') return vscodeInstructions(found, search);
  if (row.agent !== 'claude-code') return instructionImports(found, search, null);
  const ruled = claudeInstructions(found, search);
  const imported = instructionImports(ruled, search, claudeImportsApproved(search));
  return imported.map((one) => (one.importer === null ? one : claudeExcluded(one, search)));
}

/** Rows that settings or the checkout's place change. */
function shaped(
  row: InstructionRow,
  options: Search['options'],
  request: CaptureRequest,
  files: Files,
): InstructionRow {
  if (row.agent === 'vscode') return vscodeRow(row, options);
  if (row.agent !== 'claude-code') return row;
  const project = claudeProjectName(request, files);
  const steps = row.steps.map((step) => ({
    ...step,
    files: step.files.map((file) => ({ ...file, path: file.path.replace('{project}', project) })),
  }));
  return { ...row, steps };
}

/** Of a file above the root: relative to the folder that the root lies in. */
function shownPlace(one: Finding, request: CaptureRequest): Pick<InstructionFile, 'place' | 'path'> {
  const above = one.look !== 'home' && one.look !== 'managed' && !isIn(one.folder, request.root);
  if (above && one.importer === null) {
    return { place: 'parent', path: relative(dirname(request.root), one.absolute).split(sep).join('/') };
  }
  const { place, path } = placeOf(one.absolute, request);
  // The folder of a memory is called by where the checkout lies.
  return one.kind === 'memory'
    ? { place, path: path.replace(/\/projects\/[^/]+\/memory\//, '/projects/<project>/memory/') }
    : { place, path };
}

function importerOf(one: Finding, findings: readonly Finding[], request: CaptureRequest): string | null {
  const importer = findings.find(({ absolute }) => absolute === one.importer);
  if (one.importer === null || !importer) return null;
  const from = shownPlace(importer, request);
  return from.place === shownPlace(one, request).place ? from.path : `${from.place}: ${from.path}`;
}
