/**
 * What a capture is asked for. Everything that the daemon or a command knows already is handed in: the capture itself
 * reads files and asks git, and nothing else.
 */
import type { ToolContract } from '../protocol/harness.ts';

/** An environment as far as it was seen. */
export interface SeenEnvironment {
  /** Whose it was. */
  readonly of: 'agent' | 'server' | 'command' | 'unknown';
  /** Every variable's name with the keyed fingerprint of its value; null where it was not seen. */
  readonly fingerprints: Readonly<Record<string, string>> | null;
  /** Values of the few variables that are no secret and that a capture needs: PATH, HOME, LANG, LC_ALL, TZ, … */
  readonly plain: Readonly<Record<string, string>>;
}

/** A server's entry as the agents' config files have it, unwrapped, not masked yet. */
export interface SeenServer {
  readonly agent: string;
  readonly name: string;
  /** Absolute path of the file that declares it. */
  readonly file: string;
  readonly scope: 'project' | 'user';
  readonly wrapped: boolean;
  readonly command: readonly string[];
  readonly url: string | null;
  readonly transport: 'stdio' | 'http' | 'sse' | 'unknown';
  /** Values are only used for fingerprints and never leave the capture. */
  readonly env: Readonly<Record<string, string>>;
  readonly headers: readonly string[];
  /** As `env`: literal or not, as the entry has them. */
  readonly headerValues?: Readonly<Record<string, string>>;
  /** Variables that the entry takes from its surroundings in places that do not travel here, such as a header's value. */
  readonly variables?: readonly string[];
  readonly cwd: string | null;
}

/** Settings of the user and, narrower, of the repository (`.callgrove.jsonc`). */
export interface HarnessSettings {
  /** Folders of test data beside those found by convention, relative to the root. */
  readonly fixtures: readonly string[];
  readonly testCommand: { readonly command: string; readonly source: string } | null;
  readonly setupCommand: { readonly command: string; readonly source: string } | null;
}

export interface CaptureRequest {
  /** The workspace's root, absolute; and how it is known, for people. */
  readonly root: string;
  readonly proof: string;
  /** The agent's working directory, in or at the root. */
  readonly cwd: string;
  /** An id of `model/knownAgents.ts`; null captures for all agents that the tables know. */
  readonly agent: string | null;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly environment: SeenEnvironment;
  readonly servers: readonly SeenServer[];
  /** By the server's name: tools as they were last listed. */
  readonly contracts: Readonly<Record<string, ToolContract>>;
  /** Texts of tools by their digest, for the capture's `texts`. */
  readonly contractTexts: Readonly<Record<string, string>>;
  readonly settings: HarnessSettings;
  /** What could not be found out for this request, each in one sentence. */
  readonly missing?: readonly string[];
  /** Keys the fingerprints; null where there is none: then none are taken. */
  readonly machineKey: Uint8Array | null;
  readonly now: Date;
  /** Ends a capture that nobody waits for any more. */
  readonly signal?: AbortSignal;
}
