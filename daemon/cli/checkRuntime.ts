/** The doctor's look at the runtime. */
import { type Check, fail, ok } from './check.ts';

export interface RuntimeFacts {
  readonly node: string;
  readonly napi: string | undefined;
  readonly platform: string;
  readonly arch: string;
  /** What the daemon is started with. */
  readonly daemonNode: string;
  readonly ownNode: string;
}

/** The database driver needs N-API 10 and kills the process on a runtime without it; `run` needs Node 20 only. */
export function checkRuntime({ node, napi, platform, arch, daemonNode, ownNode }: RuntimeFacts): Check[] {
  const name = 'runtime';
  const what = `Node ${node} on ${platform}-${arch}, N-API ${napi ?? 'unknown'}`;
  if (Number(napi) >= 10) return [ok(name, what)];
  if (Number(node.split('.')[0]) >= 20) {
    if (daemonNode !== ownNode) return [ok(name, `${what}; the daemon runs on ${daemonNode}`)];
    return [fail(name, `${what}: recording works, the daemon cannot`, 'Install Node 22.14 or later (N-API 10).')];
  }
  return [fail(name, `${what}: too old for recording and for the daemon`, 'Install Node 22.14 or later.')];
}
