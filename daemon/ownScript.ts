/** A script of ours that a thread or a process is started with: beside this bundle when built, else the source. */
export function ownScript(name: string): URL {
  const own = import.meta.url;
  return new URL(`./${name}.${own.endsWith('.ts') ? 'ts' : 'mjs'}`, own);
}
