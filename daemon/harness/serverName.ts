/** What lists call a server: the name that `run --name` gave it, else the program that its command line runs. */
import type { OpenRecord } from '../protocol/journal.ts';

/** Programs that run another one: what they run is the server. */
const RUNNERS =
  /^(npx|npm|pnpm|pnpx|yarn|bunx?|deno|node|nodejs|uvx?|uv|pipx|python[\d.]*|docker|podman|env|sh|bash|cmd)$/;
const VERBS = new Set(['exec', 'dlx', 'run', 'x', 'tool', '/c', 'start', 'create']);
const LIMIT_CHARS = 200;

export function serverName(open: Pick<OpenRecord, 'name' | 'argv' | 'url'>): string {
  if (open.name) return open.name.slice(0, LIMIT_CHARS);
  if (open.url) return hostOf(open.url);
  const words = open.argv.map(baseName);
  const first = words[0] ?? 'unknown';
  if (!RUNNERS.test(first)) return first.slice(0, LIMIT_CHARS);
  const index = open.argv.findIndex(
    (word, at) =>
      at > 0 && !word.startsWith('-') && !VERBS.has(word) && !RUNNERS.test(baseName(word)) && !word.includes('='),
  );
  const found = words[index];
  if (found === undefined) return first;
  // `dist/index.js` says nothing: the folder that holds it does.
  const generic = /^(index|main|cli|server|app|dist|build|src|bin)$/;
  const parts = (open.argv[index] ?? '').split(/[\\/]/).map(stem).reverse();
  return (parts.find((part) => part !== '' && !generic.test(part)) ?? found).slice(0, LIMIT_CHARS);
}

function hostOf(url: string): string {
  try {
    return new URL(url).host.slice(0, LIMIT_CHARS);
  } catch {
    return 'unknown';
  }
}

function baseName(word: string): string {
  return stem(word.split(/[\\/]/).at(-1) ?? '').toLowerCase();
}

/** Without extension, and without the version of a package. */
function stem(part: string): string {
  return part.replace(/\.(?:c|m)?[jt]s$|\.(?:exe|cmd|bat|py)$/i, '').replace(/(.)@[^@/]*$/, '$1');
}
