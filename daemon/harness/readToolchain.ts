/**
 * What a workspace is built and tested with: locked versions and whether they are installed, the test command, tools and
 * variables. Joins the readers of these parts and keeps what they remember between captures.
 */
import type { AgentSetting, HarnessEnvironment, LockState, TestCommand } from '../protocol/harness.ts';
import type { InstalledState } from '../protocol/workbench.ts';
import type { Files } from './files.ts';
import { findSetup } from './findSetup.ts';
import { createInstalledVersions } from './installedVersions.ts';
import { readDependencies } from './readDependencies.ts';
import { readEnvironment } from './readEnvironment.ts';
import { readInstalled } from './readInstalled.ts';
import type { ReadInstructions } from './readInstructions.ts';
import { readTestCommand } from './readTestCommand.ts';
import type { CaptureRequest } from './request.ts';
import { createToolVersions } from './toolVersion.ts';
import type { WorkspaceListing } from './workspaceListing.ts';

export interface Toolchain {
  readonly testCommand: TestCommand | null;
  readonly dependencies: LockState[];
  readonly environment: HarnessEnvironment;
  readonly installed: InstalledState[];
  readonly missing: readonly string[];
}

/** What names tools and variables besides servers and commands. */
export interface Naming extends Pick<ReadInstructions, 'instructions' | 'texts'> {
  readonly settings: readonly AgentSetting[];
}

export interface ToolchainReader {
  read(request: CaptureRequest, listing: WorkspaceListing, naming: Naming): Promise<Toolchain>;
}

export function createToolchainReader(files: Files): ToolchainReader {
  const installedVersions = createInstalledVersions(files);
  const toolVersions = createToolVersions(files);
  return {
    read: async (request, listing, { instructions, texts, settings }) => {
      const { testCommand, missing: noTest } = readTestCommand(request, files);
      const setup = findSetup(request, files);
      const counting = instructions.flatMap(({ path, sha256, counts }) => {
        const text = sha256 === null || /^(?:shadowed|excluded)$/.test(counts) ? undefined : texts[sha256];
        return text === undefined ? [] : [{ path, text }];
      });
      const needs = { testCommand, setup, settings, instructions: counting };
      const asking = readEnvironment(request, needs, toolVersions);
      // While tools say their versions, what is installed is looked at.
      const { dependencies, texts: locks, missing: unread } = readDependencies(request, files, listing);
      const { installed, missing: untold } = readInstalled(request, locks, files, installedVersions);
      const { environment, missing: unasked } = await asking;
      return {
        testCommand,
        dependencies: [...dependencies],
        environment,
        installed: [...installed],
        missing: [...noTest, ...unread, ...untold, ...unasked],
      };
    },
  };
}
