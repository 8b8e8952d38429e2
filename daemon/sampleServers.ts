/** The two reference servers that the sample works against, as commands. Their packages come with a checkout's `npm ci`. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface SampleServer {
  /** What Callgrove calls it. */
  readonly name: 'filesystem' | 'everything';
  readonly script: string;
  readonly args: readonly string[];
}

/** @param root the only folder that the file server may touch. Null where a package is not installed. */
export function sampleServers(root: string): readonly SampleServer[] | null {
  const filesystem = scriptOf('@modelcontextprotocol/server-filesystem');
  const everything = scriptOf('@modelcontextprotocol/server-everything');
  if (!filesystem || !everything) return null;
  return [
    { name: 'filesystem', script: filesystem, args: [root] },
    { name: 'everything', script: everything, args: ['stdio'] },
  ];
}

function scriptOf(name: string): string | null {
  try {
    const script = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'dist', 'index.js');
    return existsSync(script) ? script : null;
  } catch {
    return null;
  }
}
