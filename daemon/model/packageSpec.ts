/** What a command asks a package runner for: name and version, range or tag, and whether that is one version only. */

export interface PackageSpec {
  readonly ecosystem: 'npm' | 'pypi' | 'image';
  /** null where it is a folder, an archive or a repository. */
  readonly name: string | null;
  /** Version, range, tag, address; null where it names none. */
  readonly requested: string | null;
  /** Does it stand for one version for ever? */
  readonly exact: boolean;
}

const SEMVER = /^v?\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/;

/** As npm reads it: https://docs.npmjs.com/cli/v11/using-npm/package-spec. */
export function npmSpec(text: string): PackageSpec {
  const alias = /^(?:@?[^@]+@)?npm:(.+)$/.exec(text)?.[1];
  if (alias !== undefined) return npmSpec(alias);
  const isAddress = /^(?:\.{0,2}\/|~\/|[a-z]:[\\/]|file:|git[+:@]|https?:|github:|gitlab:|bitbucket:|gist:|jsr:)/i.test(
    text,
  );
  const isShort = /^[^@/\s]+\/[^/\s]+$/.test(text);
  if (isAddress || isShort) {
    const exact = /#[0-9a-f]{40}$/.test(text);
    return { ecosystem: 'npm', name: null, requested: text, exact };
  }
  const [, name, requested] = /^(@[^/@]+\/[^@]+|[^@]+)(?:@(.*))?$/s.exec(text) ?? [];
  if (name === undefined) return { ecosystem: 'npm', name: null, requested: text, exact: false };
  const wanted = requested === undefined || requested === '' ? null : requested;
  return { ecosystem: 'npm', name, requested: wanted, exact: wanted !== null && SEMVER.test(wanted) };
}

/** A requirement (PEP 508), or `name@version` as `uvx` and `pipx` take it. */
export function pypiSpec(text: string): PackageSpec {
  const [, name, , rest = ''] = /^([A-Za-z0-9][\w.-]*)\s*(\[[^\]]*\])?\s*(.*)$/s.exec(text.trim()) ?? [];
  if (name === undefined || /^(?:git\+|https?:|\.{0,2}\/|file:)/.test(text) || /\.(?:whl|tar\.gz|zip)$/.test(text))
    return { ecosystem: 'pypi', name: null, requested: text, exact: /@[0-9a-f]{40}(?:#.*)?$/.test(text) };
  const wanted = rest.split(';')[0]!.trim();
  if (wanted === '') return { ecosystem: 'pypi', name: pypiName(name), requested: null, exact: false };
  const [, at] = /^@\s*(.+)$/s.exec(wanted) ?? [];
  const [, equal] = /^===?\s*([^,*\s]+)$/.exec(wanted) ?? [];
  const requested = at ?? equal ?? wanted;
  const exact =
    equal !== undefined || (at !== undefined && /^v?\d[\w.+!-]*$/.test(at)) || /@[0-9a-f]{40}$/.test(wanted);
  return { ecosystem: 'pypi', name: pypiName(name), requested, exact };
}

/** PEP 503: the form in which two spellings of a name are equal. */
export const pypiName = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-');

/** `registry/name:tag@sha256:…`; only a digest stands for one image. */
export function imageSpec(text: string): PackageSpec {
  const [, path = text, digest] = /^([^@]*)(?:@(.+))?$/s.exec(text) ?? [];
  const [, name = path, tag] = /^(.*?)(?::([\w][\w.-]*))?$/s.exec(path) ?? [];
  return {
    ecosystem: 'image',
    name,
    requested: digest ?? tag ?? null,
    exact: /^sha256:[0-9a-f]{64}$/.test(digest ?? ''),
  };
}
