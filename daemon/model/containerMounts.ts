/**
 * What a container's command line says of its places: which of its folders are folders of this machine, and where it works.
 * Told by the words of `docker run`, `podman run` and `nerdctl run` alone; what they do not prove is not told.
 */
import { DOCKER_ALONE, type ServerLaunch } from './serverLaunch.ts';

export interface ContainerMount {
  /** Absolute, in the container, without a slash at its end; empty for the root. */
  readonly target: string;
  /** The folder of this machine, as the words spell it; null for volumes and whatever else is no folder of it. */
  readonly host: string | null;
}

export interface ContainerPlaces {
  readonly mounts: readonly ContainerMount[];
  /** Where relative paths begin; null where the words do not say. */
  readonly workdir: string | null;
}

/** The engine may be on another machine: then no folder is one of this. */
const ELSEWHERE = /^(?:-H|--host|--context|-c|--connection|--url|--remote|-r)(?:=|$)/;
/** What it mounts stands in none of the words. */
const UNTOLD = /^--volumes-from(?:=|$)/;
const NOTHING: ContainerPlaces = { mounts: [], workdir: null };

/** @param argv program and arguments, of a launch of kind `image` */
export function containerPlaces(argv: readonly string[], launch: ServerLaunch): ContainerPlaces {
  if (launch.kind !== 'image') return NOTHING;
  const start = argv.findIndex((word) => word === 'run' || word === 'create');
  const image = argv.indexOf(launch.image, start + 1);
  if (start < 1 || image < 0 || argv.slice(1, start).some((word) => ELSEWHERE.test(word))) return NOTHING;
  const mounts: ContainerMount[] = [];
  let workdir: string | null = null;
  for (const [name, value] of optionsOf(argv.slice(start + 1, image))) {
    if (UNTOLD.test(name)) return NOTHING;
    if (name === '-v' || name === '--volume') mounts.push(...ofVolume(value));
    else if (name === '--mount') mounts.push(...ofMount(value));
    else if (name === '--tmpfs') mounts.push(...ofTarget(value.split(':')[0] ?? '', null));
    else if (name === '-w' || name === '--workdir') workdir = value.startsWith('/') ? value : null;
  }
  return { mounts, workdir };
}

/** Options with their values, in the spellings `--name value`, `--name=value`, `-n value`, `-nvalue`, `-itn value`. */
function optionsOf(words: readonly string[]): [name: string, value: string][] {
  const options: [string, string][] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [, long, given] = /^(--[^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (long !== undefined) {
      const value = given ?? (DOCKER_ALONE.has(long.slice(2)) ? '' : words[++at]);
      options.push([long, value ?? '']);
      continue;
    }
    const [, letter = '', rest = ''] = /^-[itdPqh]*([a-zA-Z])(.*)$/s.exec(word) ?? [];
    if (letter === '' || (/[itdPqh]/.test(letter) && rest === '')) continue;
    options.push([`-${letter}`, (rest === '' ? words[++at] : rest.replace(/^=/, '')) ?? '']);
  }
  return options;
}

/** `HOST:TARGET[:OPTIONS]`, `VOLUME:TARGET`, `TARGET`; of Windows `C:\HOST:TARGET`. */
function ofVolume(value: string): ContainerMount[] {
  const drive = /^[a-zA-Z]:[\\/]/.test(value) ? value.slice(0, 2) : '';
  const [host = '', target] = value.slice(drive.length).split(':');
  if (target === undefined) return ofTarget(host, null);
  // A name is a volume; `./x` begins where the engine's client was started, which is told for the proxy only.
  return ofTarget(target, drive !== '' || host.startsWith('/') ? `${drive}${host}` : null);
}

/** `type=bind,source=HOST,target=TARGET`; keys have short names, and quotes where a comma stands in them. */
function ofMount(value: string): ContainerMount[] {
  const fields = new Map(
    value.split(',').map((field) => {
      const at = field.indexOf('=');
      return at < 0
        ? ([field.toLowerCase(), ''] as const)
        : ([field.slice(0, at).toLowerCase(), field.slice(at + 1)] as const);
    }),
  );
  const get = (...names: string[]) => names.map((name) => fields.get(name)).find((found) => found !== undefined);
  const host = get('source', 'src') ?? '';
  const target = get('target', 'destination', 'dst') ?? '';
  const isFolder = fields.get('type') === 'bind' && !value.includes('"') && /^(?:\/|[a-zA-Z]:[\\/])/.test(host);
  return ofTarget(target, isFolder ? host : null);
}

function ofTarget(target: string, host: string | null): ContainerMount[] {
  return target.startsWith('/') ? [{ target: plain(target), host }] : [];
}

function plain(path: string): string {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  return names.map((name) => `/${name}`).join('');
}

/** A path in the container as one of this machine, with the folder that is mounted. */
export interface OnHost {
  readonly path: string;
  readonly mounted: string;
}

/** Null where it lies in the container's own file system, in a volume, or where that cannot be told. */
export function onHost(path: string, { mounts, workdir }: ContainerPlaces): OnHost | null {
  if (!path.startsWith('/') && workdir === null) return null;
  const names = (path.startsWith('/') ? path : `${workdir}/${path}`).split('/');
  const kept: string[] = [];
  for (const name of names) {
    if (name === '' || name === '.') continue;
    if (name === '..') kept.pop();
    else kept.push(name);
  }
  const whole = kept.map((name) => `/${name}`).join('');
  const holding = mounts.filter(({ target }) => whole === target || whole.startsWith(`${target}/`));
  // The deepest lies on top; of two at one place the later.
  const mount = holding.reduce<ContainerMount | null>(
    (best, one) => (best === null || one.target.length >= best.target.length ? one : best),
    null,
  );
  if (!mount || mount.host === null) return null;
  const tail = whole.slice(mount.target.length);
  const isWindows = /^[a-zA-Z]:/.test(mount.host);
  const base = mount.host.replace(isWindows ? /[\\/]+$/ : /\/+$/, '');
  return { path: `${base}${isWindows ? tail.replaceAll('/', '\\') : tail}` || '/', mounted: mount.host };
}
