/**
 * One drill from its place to its result: makes the throw-away folders, runs the cases, says where all that was, and leaves
 * nothing behind. What could not be run throws.
 */
import { randomUUID } from 'node:crypto';
import { verdictOf } from './drillCase.ts';
import { drillDrift } from './drillDrift.ts';
import { drillFreeze } from './drillFreeze.ts';
import { drillPaths } from './drillPaths.ts';
import { type DrillPlace, makeDrillPlace } from './drillPlace.ts';
import type { DrillServer } from './drillServers.ts';
import type { DrillCase, DrillEnvironment, DrillName, DrillResult } from './protocol/drill.ts';

/** What a drill's cases are given. */
export interface DrillRun {
  readonly place: DrillPlace;
  readonly server: DrillServer;
  /** The mode of the drill's policy: `enforce`, but for a test that shows that a drill can fail. */
  readonly mode: 'observe' | 'enforce';
  readonly signal: AbortSignal;
  /** What the server calls itself. */
  serverIs(version: string | null): void;
}

export interface DrillRequest {
  readonly drill: DrillName;
  readonly mode?: DrillRun['mode'];
  readonly signal: AbortSignal;
  /** Chosen for a root; throws where there is none to choose. */
  readonly server: (root: string) => Promise<DrillServer>;
  readonly environment: (server: DrillServer, version: string | null) => DrillEnvironment;
}

const DRILLS: Readonly<Record<DrillName, (run: DrillRun) => Promise<readonly DrillCase[]>>> = {
  paths: drillPaths,
  freeze: drillFreeze,
  drift: drillDrift,
};

export async function runDrill({ drill, mode = 'enforce', signal, ...request }: DrillRequest): Promise<DrillResult> {
  const place = makeDrillPlace(randomUUID());
  try {
    const server = await request.server(place.root);
    let version: string | null = null;
    const run: DrillRun = {
      place,
      server,
      mode,
      signal,
      serverIs(said) {
        version = said;
      },
    };
    const cases = await DRILLS[drill](run);
    return {
      v: 1,
      drill,
      server: server.file === null ? null : server.name,
      command: [...server.argv],
      verdict: verdictOf(cases),
      cases: [...cases],
      environment: request.environment(server, version),
    };
  } finally {
    place.dispose();
  }
}
