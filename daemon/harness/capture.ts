/**
 * Takes a capture: what an agent that starts here wakes up on. This file joins the parts; each of them decides for itself
 * what it reads, in bounds, and says what it could not. Nothing is written, and no program runs but git and, for their
 * versions, well-known tools.
 */
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { hashedPart } from '../model/harnessId.ts';
import type { HarnessVersion, RouteCard } from '../protocol/harness.ts';
import { CAPTURE_VERSION, type Capture } from '../protocol/workbench.ts';
import { createFiles } from './files.ts';
import { fixtureSettings } from './fixtureFolders.ts';
import { findGit } from './git.ts';
import { openGitFolder } from './gitFolder.ts';
import { gitListing } from './gitListing.ts';
import { readAgentSettings } from './readAgentSettings.ts';
import { readFixtures } from './readFixtures.ts';
import { readGitState, withoutGit } from './readGitState.ts';
import { readIgnored } from './readIgnored.ts';
import { readInstructions } from './readInstructions.ts';
import { readServers } from './readServers.ts';
import { createToolchainReader } from './readToolchain.ts';
import { realPathOf } from './realPathOf.ts';
import type { CaptureRequest } from './request.ts';
import { createTrackedFiles } from './trackedFiles.ts';
import { keyName, userFacts } from './userFacts.ts';
import { walkedListing } from './workspaceListing.ts';

export interface Capturer {
  /** Rejects only where the request is aborted. What cannot be read is in `missing`. */
  capture(request: CaptureRequest): Promise<Capture>;
}

const TEXTS_LIMIT = 5000;
const TOO_LARGE = 'The workspace has more files and folders than are looked at outside git: some were left out.';

/** Keeps digests and what git tracks between captures: one capturer for all captures of a process. */
export function createCapturer(): Capturer {
  const files = createFiles();
  const trackedFiles = createTrackedFiles();
  const toolchains = createToolchainReader(files);
  return {
    capture: async (asked) => {
      asked.signal?.throwIfAborted();
      const request = atRealPaths(asked);
      const { root } = request;
      const extra = fixtureSettings(request.settings.fixtures);
      const program = findGit(root, request.environment.plain.PATH ?? '') ?? findGit(root, process.env.PATH ?? '');
      const checkout = await openGitFolder(program, root, request);
      const inGit = typeof checkout !== 'string';
      const tracked = inGit ? trackedFiles(checkout, extra) : Promise.resolve('');
      // While git looks at every file, the few that shape an agent are read.
      const asking = inGit
        ? readGitState(checkout, root, tracked, files, request.machineKey)
        : Promise.resolve(withoutGit(checkout));
      const servers = readServers(request, files);
      const [git, index] = await Promise.all([asking, tracked]);
      request.signal?.throwIfAborted();

      const known = typeof index === 'string' ? null : index;
      const walked = walkedListing(root, files);
      const listing = known && git.status ? gitListing(known, git.status) : walked;
      const instructions = readInstructions(request, files, listing);
      const settings = readAgentSettings(request, files, listing);
      const isSeen = known && git.status && inGit;
      const fixtures = readFixtures(
        root,
        isSeen ? { index: known, status: git.status, algorithm: checkout.algorithm } : null,
        listing,
        extra,
        files,
      );
      const toolchain = await toolchains.read(request, listing, { ...instructions, settings: settings.settings });
      const version: Omit<HarnessVersion, 'harness_id'> = {
        instruction_source: instructions.instructions,
        fixture_pack: fixtures.pack,
        route_card: routeCard(request),
        tool_contract: Object.keys(request.contracts).length > 0 ? { ...request.contracts } : null,
        test_command: toolchain.testCommand,
        agent_settings: settings.settings,
        servers: [...servers.servers],
        dependencies: toolchain.dependencies,
        environment: toolchain.environment,
      };
      return {
        v: CAPTURE_VERSION,
        harness: { harness_id: harnessId(version), ...version },
        workbench: {
          captured_at: request.now.toISOString(),
          workspace: { root: asked.root, cwd: asked.cwd, proof: request.proof },
          agent: request.agent,
          workspace_digest: git.workspace_digest,
          user_facts: userFacts(request),
          fingerprints:
            request.environment.fingerprints === null
              ? null
              : { ...request.environment.fingerprints, ...servers.fingerprints },
          fingerprint_key: keyName(request.machineKey),
          git: git.git,
          untracked: [...git.untracked],
          untracked_total: git.untracked_total,
          ...readIgnored(root, git.status?.ignored ?? [], files, request.machineKey),
          installed: toolchain.installed,
          servers: [...servers.started],
          configured: [...servers.configured],
          test_result: null,
          missing: sentences([
            ...(request.missing ?? []),
            ...(walked.complete() ? [] : [TOO_LARGE]),
            ...[git, instructions, settings, servers, fixtures, toolchain].flatMap(({ missing }) => missing),
          ]),
        },
        texts: Object.fromEntries(
          Object.entries({ ...request.contractTexts, ...instructions.texts, ...settings.texts }).slice(0, TEXTS_LIMIT),
        ),
      };
    },
  };
}

/** Folders by their real names: what lies in which is told by paths. */
function atRealPaths(request: CaptureRequest): CaptureRequest {
  const real = (path: string) => realPathOf(path) ?? path;
  const { root, cwd, home, servers } = request;
  return {
    ...request,
    root: real(root),
    cwd: real(cwd),
    home: real(home),
    // The file itself may be a link: where it stands counts.
    servers: servers.map((one) => ({ ...one, file: join(real(dirname(one.file)), basename(one.file)) })),
  };
}

/** @returns `hv_` and the first 24 hex digits of the SHA-256 of what counts in a version */
export function harnessId(version: Omit<HarnessVersion, 'harness_id'>): string {
  return `hv_${createHash('sha256').update(hashedPart(version)).digest('hex').slice(0, 24)}`;
}

/** What no issue fills yet is null. */
function routeCard({ servers, contracts }: CaptureRequest): RouteCard {
  const tools = Object.entries(contracts).map(([server, { tools }]) => [server, Object.keys(tools).sort()] as const);
  return {
    servers: [...new Set(servers.map(({ name }) => name))].sort(),
    visible_tools: tools.length > 0 ? Object.fromEntries(tools) : null,
    allowed_roots: null,
    budgets: null,
    credential_lanes: null,
  };
}

/** Each once, with its full stop. */
function sentences(missing: readonly string[]): string[] {
  return [...new Set(missing.filter((one) => one !== '').map((one) => (/[.!?]$/.test(one) ? one : `${one}.`)))];
}
