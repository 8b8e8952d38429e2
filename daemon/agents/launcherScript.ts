/**
 * The text of `bin/callgrove`, a POSIX sh script. It only looks whether runtime and files are there and `exec`s, so that
 * no shell stays between agent and server. Where there is no runtime it runs the original command, unrecorded.
 */
import { LOADER } from './launcher.ts';

export interface ScriptFacts {
  readonly version: string;
  /** `bin/`, absolute: used where the script was started by another name. */
  readonly bin: string;
  /** Absolute, or null where none is known. */
  readonly runtime: string | null;
  readonly editor: string | null;
}

/** NODE_OPTIONS of the server stay the server's: the loader puts them back before it starts anything. */
export const KEPT_NODE_OPTIONS = 'CALLGROVE_NODE_OPTIONS';
/** Set where the script made an editor a runtime: the loader takes `ELECTRON_RUN_AS_NODE` out again. */
export const AS_EDITOR = 'CALLGROVE_AS_EDITOR';

export function launcherScript({ version, bin, runtime, editor }: ScriptFacts): string {
  return `#!/bin/sh
# Callgrove ${version.replaceAll(/[^\w.+-]/g, '')} wrote this file and keeps it current. It starts an MCP server through the recording proxy
# beside it; where that cannot be, it starts the server alone.
bin=\${0%/*}
[ -s "$bin/${LOADER}" ] || bin=${quote(bin)}
runtime=${quote(runtime ?? '')}
editor=${quote(editor ?? '')}

has_url() {
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case $1 in --url | --url=*) return 0 ;; esac
    shift
  done
  return 1
}

# An --inspect meant for the server is none for the proxy. A proxy that is itself the client keeps what it is given.
if [ -n "\${NODE_OPTIONS+set}" ] && ! has_url "$@"; then
  export ${KEPT_NODE_OPTIONS}="$NODE_OPTIONS"
  unset NODE_OPTIONS
fi

if [ -r "$bin/${LOADER}" ] && [ -s "$bin/${LOADER}" ]; then
  if [ -f "$runtime" ] && [ -x "$runtime" ]; then exec "$runtime" "$bin/${LOADER}" "$@"; fi
  # Asked and not only looked for: it may be too old, or a version manager's stand-in for nothing.
  case $(node --version 2>/dev/null </dev/null) in
    v2[0-9].* | v[3-9][0-9].* | v[1-9][0-9][0-9].*) exec node "$bin/${LOADER}" "$@" ;;
  esac
  if [ -f "$editor" ] && [ -x "$editor" ]; then
    if [ -z "\${ELECTRON_RUN_AS_NODE+set}" ]; then export ELECTRON_RUN_AS_NODE=1 ${AS_EDITOR}=1; fi
    exec "$editor" "$bin/${LOADER}" "$@"
  fi
  why="there is no Node 20 or later (looked for \${runtime:-node}, then for node on PATH)"
else
  why="$bin/${LOADER} is missing"
fi

say() { printf 'callgrove: %s\\n' "$1" >&2; }
if [ -n "\${${KEPT_NODE_OPTIONS}+set}" ]; then
  export NODE_OPTIONS="$${KEPT_NODE_OPTIONS}"
  unset ${KEPT_NODE_OPTIONS}
fi
if [ "\${1-}" = run ]; then
  if has_url "$@"; then
    say "this server is reached by URL, which needs Node: $why"
    exit 127
  fi
  while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
  if [ $# -gt 1 ]; then
    shift
    say "$why; $1 runs unrecorded"
    exec "$@"
  fi
fi
say "$why"
exit 127
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
