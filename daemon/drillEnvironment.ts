/**
 * Where a drill runs, as far as what it shows depends on that: mounts, container, checkout, our version, the platform. And
 * what of it is another than when the drill passed.
 */
import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { VERSION } from './base/version.ts';
import { gitFactsOf } from './harness/gitFacts.ts';
import type { DrillEnvironment } from './protocol/drill.ts';

/** @param workspace absolute. @param command of `--server`; null for our own. @param key of the machine's fingerprints */
export function drillEnvironment(
  workspace: string,
  command: readonly string[] | null,
  version: string | null,
  key: Uint8Array | null,
): DrillEnvironment {
  const { platform, arch } = process;
  const places = [workspace, homedir(), tmpdir()].map(real);
  const mounts = platform === 'linux' ? mountsOf(places, readText('/proc/self/mountinfo') ?? '') : null;
  return {
    adapter: VERSION,
    platform: `${platform} ${arch}`,
    container: platform === 'linux' ? containerOf(existsSync, process.env) : null,
    mounts: mounts === null ? null : `sha256:${createHash('sha256').update(mounts.join('\n')).digest('hex')}`,
    checkout: { root: workspace, commit: gitFactsOf(workspace)?.commit ?? null },
    server: command === null ? null : { command: digestOf(command, key), version },
  };
}

/** A command line may hold secrets, so its digest is keyed; without a key it is told by its length alone. */
function digestOf(command: readonly string[], key: Uint8Array | null): string {
  const text = JSON.stringify(command);
  return key === null ? `${text.length} characters` : `hmac:${createHmac('sha256', key).update(text).digest('hex')}`;
}

/**
 * The mounts that hold the places, one line each: where, of what kind, from where, how. Exported for its test.
 * @param mountinfo as Linux tells it (proc(5))
 */
export function mountsOf(places: readonly string[], mountinfo: string): readonly string[] | null {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ');
    const [, , , root, point, options] = before?.split(' ') ?? [];
    const [kind, source] = after?.split(' ') ?? [];
    if (root === undefined || point === undefined || kind === undefined) return [];
    // Spaces and the like stand as octal numbers.
    const path = point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    const access = options?.split(',').includes('ro') ? 'ro' : 'rw';
    return [{ path, text: [path, kind, source, root, access].join(' ') }];
  });
  if (mounts.length === 0) return null;
  const holds = (mount: string, place: string) => mount === '/' || place === mount || place.startsWith(`${mount}/`);
  const held = places.flatMap((place) => {
    const over = mounts.filter(({ path }) => holds(path, place));
    // Of two at one point the later lies on top.
    return (
      over.reduce<(typeof mounts)[number] | null>(
        (best, one) => (best === null || one.path.length >= best.path.length ? one : best),
        null,
      )?.text ?? []
    );
  });
  return [...new Set(held)].toSorted();
}

/** What the container says that it is; exported for its test. */
export function containerOf(
  exists: (path: string) => boolean,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (env.KUBERNETES_SERVICE_HOST) return 'kubernetes';
  if (exists('/run/.containerenv')) return 'podman';
  if (exists('/.dockerenv')) return 'docker';
  return env.container ? `container: ${env.container.slice(0, 50)}` : 'none';
}

/** What is another now, for people, each as half a sentence; empty where the drill still holds. */
export function staleBecause(then: DrillEnvironment, now: DrillEnvironment): string[] {
  const changes: string[] = [];
  const compare = (what: string, before: string | null, after: string | null) => {
    if (before !== after) changes.push(`${what} was ${before ?? 'unknown'} and is ${after ?? 'unknown'}`);
  };
  compare('Callgrove', then.adapter, now.adapter);
  compare('the platform', then.platform, now.platform);
  compare('the container', then.container, now.container);
  if (then.mounts !== now.mounts) changes.push('what is mounted here has changed');
  compare('the commit', short(then.checkout.commit), short(now.checkout.commit));
  if (then.server?.command !== now.server?.command) changes.push("the server's command line has changed");
  return changes;
}

const short = (commit: string | null) => commit?.slice(0, 8) ?? null;

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
