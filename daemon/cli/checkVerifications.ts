/** The doctor's words on verified ways: whether servers of this workspace that did the same through Callgrove still do. */
import { drillEnvironment, staleBecause } from '../drillEnvironment.ts';
import { durationText } from '../model/durationText.ts';
import type { DrillEnvironment } from '../protocol/drill.ts';
import type { PathVerification } from '../protocol/pathVerification.ts';
import { seenServers } from '../seenServers.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { surroundings } from './wrapSelection.ts';

/** @param now epoch milliseconds. @param key of the machine's fingerprints; null where there is none yet */
export function checkVerifications(kept: readonly PathVerification[], key: Uint8Array | null, now: number): Check[] {
  const around = surroundings();
  const here = kept.filter(({ environment }) => environment?.checkout.root === around.root);
  const declared = here.length === 0 ? [] : seenServers(around, null).servers;
  return here.flatMap((one) => {
    const then = one.environment;
    if (!then) return [];
    const entry = declared.find(({ name }) => name === one.server);
    // One that was given by its URL is declared nowhere, and is the same as long as that is.
    const command = entry ? (entry.url === null ? entry.command : [entry.url]) : one.by_url === true ? null : [];
    return checkVerification(one, staleSince(then, drillEnvironment(around.root, command, null, key)), now);
  });
}

/** What the server answers depends on no commit, and on no mount of the workspace. */
function staleSince(then: DrillEnvironment, now: DrillEnvironment): string[] {
  const server = now.server === null ? then.server : now.server;
  return staleBecause(then, { ...now, checkout: then.checkout, mounts: then.mounts, server });
}

/** Exported for its test. @param changes half sentences */
export function checkVerification(
  { server, at, verdict, command, by_url }: PathVerification,
  changes: readonly string[],
  now: number,
): Check {
  const again = `callgrove verify-path ${by_url ? `--url ${command[0] ?? 'URL'}` : server}`;
  const ago = `${durationText(Math.max(0, now - Date.parse(at)))} ago`;
  if (verdict === 'differs')
    return fail('verify-path', `${server} did not do the same through Callgrove, ${ago}`, `${again} shows where.`);
  if (verdict === 'not_run')
    return warn('verify-path', `of ${server} nothing could be tried, ${ago}`, `${again} says why.`);
  if (changes.length > 0)
    return warn(
      'verify-path',
      `${server} did the same through Callgrove ${ago}, and that is stale: ${changes.join('; ')}`,
      `${again} runs it anew.`,
    );
  return ok('verify-path', `${server} did the same through Callgrove ${ago}`);
}
