/**
 * Finds credentials among the words of a command line and in an address: options whose name says so, headers that are
 * given as options, values of a query. Pure; what becomes of the values is for the caller, who must not keep them.
 */
import { isCredentialName, isCredentialVariable } from './credentialNames.ts';

export interface HandedCredential {
  /** `argv:--api-key`, `header:authorization`, `env:GITHUB_TOKEN`, `url:api_key`. */
  readonly place: string;
  /** Null where the place only names it: `-e GITHUB_TOKEN` of a container takes the variable's own value. */
  readonly value: string | null;
}

/** An option, other than those that package runners are called with. */
const MAY_HOLD = /^-(?!y$|-yes$|-$|p$|i$|-rm$|m$|-package$)/;
const OPTION = /^(--?[A-Za-z][\w.-]{0,79})(?:=([\s\S]*))?$/;
const HEADER = /^\s*([\w-]{1,80})\s*[:=]\s*(\S[\s\S]*)$/;
const VARIABLE = /^([A-Za-z_]\w{0,119})(?:=([\s\S]*))?$/;
/** A reference to a variable is not its value. */
const REFERENCE = /^(?:[A-Za-z][\w-]{2,20} +)?(?:\$\{?(\w+)\}?|%(\w+)%)$/;

/** @param argv program and arguments; at most 500 words are looked at */
export function argvCredentials(argv: readonly string[]): HandedCredential[] {
  // Most command lines have no option that could hold one: a server's start waits for this.
  if (!argv.some((word, at) => at > 0 && MAY_HOLD.test(word))) return [];
  const found: HandedCredential[] = [];
  const isContainer = argv.some((word) => /(?:^|[\\/])(?:docker|podman|nerdctl)(?:\.exe)?$/i.test(word));
  const words = argv.slice(0, 500);
  for (let at = 1; at < words.length; at++) {
    const match = OPTION.exec(words[at] ?? '');
    if (!match) continue;
    const [, option = '', inline] = match;
    const value = inline ?? words[at + 1];
    if (isContainer && /^(?:-e|--env)$/.test(option)) {
      const [, name = '', given] = VARIABLE.exec(value ?? '') ?? [];
      if (isCredentialVariable(name)) found.push({ place: `env:${name}`, value: given ?? null });
    } else if (/^(?:-H|--headers?)$/.test(option)) {
      const [, name = '', given = ''] = HEADER.exec(value ?? '') ?? [];
      if (isCredentialName(name)) found.push({ place: `header:${name.toLowerCase()}`, value: given });
    } else if (isCredentialName(option.replace(/^-+/, ''))) {
      if (value !== undefined && value !== '' && (inline !== undefined || !value.startsWith('--')))
        found.push({ place: `argv:${option}`, value });
    }
  }
  return found.map(resolved);
}

function resolved(one: HandedCredential): HandedCredential {
  const reference = one.value === null ? null : REFERENCE.exec(one.value);
  return reference ? { place: `env:${reference[1] ?? reference[2]}`, value: null } : one;
}

/** Values of an address's query that are credentials by their names. */
export function urlCredentials(url: URL): HandedCredential[] {
  return [...url.searchParams]
    .filter(([name, value]) => value !== '' && (isCredentialName(name) || /^(?:key|token|auth)$/i.test(name)))
    .slice(0, 10)
    .map(([name, value]) => ({ place: `url:${name.slice(0, 80)}`, value }));
}
