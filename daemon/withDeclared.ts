/** Completes what a capture is asked for by what the files say now: the servers that agents declare, and settings. */
import { createFiles } from './harness/files.ts';
import { readHarnessSettings } from './harness/harnessSettings.ts';
import type { CaptureRequest } from './harness/request.ts';
import { seenServers } from './seenServers.ts';

export function withDeclared(request: CaptureRequest): CaptureRequest {
  const { cwd, root, home, platform, environment, agent } = request;
  const declared = seenServers({ cwd, root, home, platform, env: environment.plain }, agent);
  const { settings, missing } = readHarnessSettings(request, createFiles());
  return { ...request, servers: declared.servers, settings, missing: [...declared.missing, ...missing] };
}
