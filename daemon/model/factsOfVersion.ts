/** The facts of a harness version: what shaped the agent's plan. An entry that several agents read is one fact. */
import type {
  AgentSetting,
  ConfiguredServer,
  HarnessVersion,
  InstructionFile,
  Place,
  ToolContract,
} from '../protocol/harness.ts';
import { bytesText } from './bytesText.ts';
import { NOT_IMPORTED, NOT_SET } from './changeSentence.ts';
import { type Aspect, aspect, type Fact } from './harnessFact.ts';

const WHY = {
  instructions: 'The agent reads it before it plans.',
  servers: 'Another command or version answers the calls.',
  tools: 'The agent chooses tools, and fills in their arguments, by this text.',
  settings: 'It tells the agent how to work.',
  grant: 'It says what the agent may do without asking.',
  environment: 'Servers, settings, tests or instructions name this variable.',
  tool: 'Servers, set-up or tests run with this tool.',
  dependencies: 'It decides which versions are installed.',
  fixtures: 'Tests and tools read it.',
  test_command: 'It is how a result is checked.',
  hook: 'The agent runs this program by itself.',
} as const;

export function factsOfVersion(version: HarnessVersion): readonly Fact[] {
  return [
    ...merged(version.instruction_source ?? [], ({ place, path }) => nameAt(place, path), instructionFact),
    ...merged(version.servers ?? [], (one) => `${one.name} in ${nameAt(one.place, one.path)}`, serverFact),
    ...Object.entries(version.tool_contract ?? {}).flatMap(([server, contract]) => toolFacts(server, contract)),
    ...merged(version.agent_settings ?? [], (one) => `${one.key} in ${nameAt(one.place, one.path)}`, settingFact),
    ...(version.environment?.variables ?? []).map(({ name, set }) =>
      fact({
        group: 'environment',
        item: name,
        aspects: { set: set === null ? aspect(null) : aspect(set ? 'set' : NOT_SET) },
        absent: NOT_SET,
        why: WHY.environment,
      }),
    ),
    ...(version.environment?.tools ?? []).map(({ name, version: of }) =>
      fact({ group: 'environment', item: name, aspects: { version: aspect(of) }, why: WHY.tool }),
    ),
    ...(version.dependencies ?? []).map(({ lockfile, sha256 }) =>
      fact({
        group: 'dependencies',
        item: lockfile,
        aspects: { content: content(sha256) },
        file: lockfile,
        why: WHY.dependencies,
      }),
    ),
    ...fixtureFacts(version),
    ...(version.test_command === null
      ? []
      : [
          fact({
            group: 'test_command',
            item: 'test command',
            aspects: { command: aspect(version.test_command.command), source: aspect(version.test_command.source) },
            why: WHY.test_command,
          }),
        ]),
  ];
}

/** Where a file stands, in the words that a person would use. */
export function nameAt(place: Place, path: string): string {
  if (place === 'home') return `~/${path}`;
  if (place === 'parent') return `../${path}`;
  return place === 'repository' ? path : `${path} (${place})`;
}

/** Entries of one name become one fact of the first; what the others say beside it is compared with it. */
function merged<T>(entries: readonly T[], nameOf: (one: T) => string, make: (all: [T, ...T[]]) => Fact): Fact[] {
  const byName = new Map<string, [T, ...T[]]>();
  for (const entry of entries) {
    const known = byName.get(nameOf(entry));
    if (known) known.push(entry);
    else byName.set(nameOf(entry), [entry]);
  }
  return [...byName.values()].map(make);
}

function instructionFact(all: [InstructionFile, ...InstructionFile[]]): Fact {
  const [first] = all;
  const scopes = [...new Set(all.map(({ scope }) => (scope ? JSON.stringify(scope) : '')))].sort().join();
  return fact({
    group: 'instructions',
    item: nameAt(first.place, first.path),
    aspects: {
      content: aspect(first.sha256, bytesText(first.bytes)),
      counts: aspect([...new Set(all.map((one) => countsWord(one)))].sort().join(', ')),
      scope: aspect(scopes, first.scope?.globs.join(', ') || (first.scope ? 'with a scope' : 'for everything')),
    },
    text: first.sha256,
    file: first.place === 'repository' ? first.path : null,
    absent: all.every(({ kind }) => kind === 'import') ? NOT_IMPORTED : null,
    why: whyRead(all),
    whyGone: 'The agent does not read it any more.',
  });
}

/** By the agent that makes most of it; where none reads it, that is said with its reason. */
function whyRead(all: readonly [InstructionFile, ...InstructionFile[]]): string {
  const has = (...counts: InstructionFile['counts'][]) => all.find((one) => counts.includes(one.counts));
  if (has('yes', 'cut')) return WHY.instructions;
  if (has('on_touch')) return 'The agent reads it when it touches files there.';
  if (has('manual')) return 'The agent reads it when it is asked for.';
  const unknown = has('unknown');
  if (unknown) return `Whether the agent reads it is not known: ${unknown.why}`;
  return `The agent does not read it: ${all[0].why}`;
}

const COUNTS: Partial<Record<InstructionFile['counts'], string>> = { yes: 'read', on_touch: 'read on touch' };
const countsWord = ({ counts }: InstructionFile) => COUNTS[counts] ?? counts;

function serverFact([first]: [ConfiguredServer, ...ConfiguredServer[]]): Fact {
  const { package: installed } = first;
  const starts = first.url ?? first.command.join(' ');
  return fact({
    group: 'servers',
    item: first.name,
    aspects: {
      // Beside no other it says what the entry is.
      version: aspect(installed.version, installed.version ?? starts),
      command: aspect(starts),
      env: aspect([...first.env].sort().join(' '), `env ${first.env.join(', ') || 'none'}`),
      headers: aspect([...first.headers].sort().join(' '), `headers ${first.headers.join(', ') || 'none'}`),
      integrity: aspect(installed.integrity, 'other files of the same version'),
    },
    file: first.place === 'repository' ? first.path : null,
    package: installed.name,
    why: WHY.servers,
    whyNew: 'The agent can call its tools now.',
    whyGone: 'The agent cannot call its tools any more.',
  });
}

function toolFacts(server: string, { tools }: ToolContract): Fact[] {
  return Object.entries(tools).map(([tool, digest]) =>
    fact({
      group: 'tools',
      item: `${server}/${tool}`,
      aspects: { contract: content(digest) },
      text: digest,
      why: WHY.tools,
    }),
  );
}

function settingFact([first]: [AgentSetting, ...AgentSetting[]]): Fact {
  return fact({
    group: 'settings',
    item: `${first.key} (${nameAt(first.place, first.path)})`,
    aspects: { value: aspect(first.value), content: first.sha256 === null ? aspect(null) : content(first.sha256) },
    text: first.sha256,
    file: first.place === 'repository' ? first.path : null,
    why: first.kind === 'hook' ? WHY.hook : first.authority === 'grant' ? WHY.grant : WHY.settings,
  });
}

function fixtureFacts({ fixture_pack: pack }: HarnessVersion): Fact[] {
  if (pack === null) return [];
  const all = pack.files.map(({ path, blob }) =>
    fact({ group: 'fixtures', item: path, aspects: { content: content(blob) }, file: path, why: WHY.fixtures }),
  );
  const isWhole = pack.files.length === pack.files_total;
  const rest = { content: aspect(pack.digest, `${pack.files_total} files, ${bytesText(pack.bytes_total)}`) };
  return isWhole ? all : [...all, fact({ group: 'fixtures', item: 'all test data', aspects: rest, why: WHY.fixtures })];
}

/** Content of which nobody wants to see the digest, and two must be told apart all the same. */
function content(digest: string): Aspect {
  return aspect(digest, digest.replace(/^sha256:/, '').slice(0, 8));
}

/** A fact with what most facts leave out. */
export function fact(
  given: Pick<Fact, 'group' | 'item' | 'aspects' | 'why'> &
    Partial<Pick<Fact, 'text' | 'file' | 'package' | 'absent' | 'whyNew' | 'whyGone'>>,
): Fact {
  return { text: null, file: null, package: null, absent: null, whyNew: null, whyGone: null, ...given };
}
