/** What a harness version says, in the page's sections: instructions, grants, servers, tools, what a run depends on. */
import { bytesText } from '../daemon/model/bytesText.ts';
import { nameAt } from '../daemon/model/factsOfVersion.ts';
import { type SharedServer, sharedServers } from '../daemon/model/sharedServers.ts';
import { verifiedText } from '../daemon/model/verifiedText.ts';
import type { AgentSetting, HarnessVersion, InstructionFile } from '../daemon/protocol/harness.ts';
import type { PathVerification } from '../daemon/protocol/pathVerification.ts';
import type { Workbench } from '../daemon/protocol/workbench.ts';
import { formatCounted, formatMinute } from './figures.ts';
import { at, good, NOT_CAPTURED, plain, type Section, section, type Tag, type Thing, thing } from './sheet.ts';

const COUNTS: Readonly<Record<InstructionFile['counts'], Tag>> = {
  yes: { text: 'counts', tone: 'good', hint: 'The agent reads it at its start.' },
  on_touch: { text: 'on touch', tone: 'plain', hint: 'It counts when a file that it is for is touched.' },
  manual: { text: 'on request', tone: 'plain', hint: 'It counts when the user or the model asks for it.' },
  shadowed: { text: 'shadowed', tone: 'warning', hint: 'Another file takes its place.' },
  cut: { text: 'cut', tone: 'warning', hint: 'The agent reads only its beginning.' },
  excluded: { text: 'excluded', tone: 'warning', hint: 'A setting leaves it out.' },
  unknown: { text: 'not known', tone: 'plain', hint: 'Whether the agent reads it cannot be told.' },
};

/** What was found by trying a server straight and through Callgrove; the newest of one server first. */
export interface Verified {
  readonly verifications: readonly PathVerification[];
  /** The version that runs now; null where it is not known. */
  readonly callgrove: string | null;
}

const NOTHING_VERIFIED: Verified = { verifications: [], callgrove: null };

/** @param workbench of the same capture: what is installed and wrapped */
export function harnessSections(
  version: HarnessVersion,
  workbench: Workbench,
  verified: Verified = NOTHING_VERIFIED,
): Section[] {
  const { instruction_source, agent_settings, servers, fixture_pack: pack, test_command, environment } = version;
  const settings = (authority: AgentSetting['authority']) =>
    (agent_settings ?? []).filter((one) => one.authority === authority).map(settingThing);
  return [
    section('instructions', 'Instructions', byFile(instruction_source ?? []).map(instructionThing), {
      none: instruction_source === null ? NOT_CAPTURED : 'No file of instructions was found.',
      open: true,
    }),
    section('grants', 'Grants: what agents may do without asking', settings('grant'), {
      none: agent_settings === null ? NOT_CAPTURED : 'Nothing is granted ahead.',
      open: true,
    }),
    section(
      'servers',
      'Servers',
      sharedServers(servers ?? []).map((one) => serverThing(one, version, workbench, verified)),
      {
        none: servers === null ? NOT_CAPTURED : 'No server is configured.',
        open: true,
      },
    ),
    section('guidance', 'Settings that guide agents', settings('guidance'), {
      none: agent_settings === null ? NOT_CAPTURED : 'No settings guide agents here.',
    }),
    section('tools', 'Tools that were listed', toolThings(version), {
      none: 'No server has listed its tools yet: that happens when an agent connects.',
    }),
    section('environment', 'Environment', environmentThings(environment), {
      none: environment === null ? NOT_CAPTURED : 'Nothing here names a tool or a variable.',
    }),
    section('dependencies', 'Dependencies', dependencyThings(version, workbench), {
      none: 'No lockfile was found.',
    }),
    section(
      'fixtures',
      'Test data',
      [
        ...(pack?.folders ?? []).map(({ path, source }) => thing(path, { notes: [`by ${source}`] })),
        ...(pack?.files ?? []).map(({ path, blob }) => thing(path, { file: at(path), notes: [blob.slice(0, 12)] })),
      ],
      {
        none: pack === null ? NOT_CAPTURED : 'No folder of test data was found.',
        ...(pack ? { total: pack.folders.length + pack.files_total } : {}),
      },
    ),
    section('test', 'Test command', testThings(test_command, workbench), {
      none: 'No test command was found: .callgrove.jsonc can name one (harness.testCommand).',
    }),
  ];
}

function instructionThing(all: readonly [InstructionFile, ...InstructionFile[]]): Thing {
  const [{ place, path, kind, bytes, hidden, imported_by, scope, sha256 }] = all;
  const states = new Map(all.map((one) => [one.counts, all.filter(({ counts }) => counts === one.counts)]));
  const agents = [...states].map(([counts, ones]) => {
    const who = [...new Set(ones.map(({ agent }) => agent))].join(', ');
    const tag = COUNTS[counts];
    return counts === 'yes' ? { ...tag, text: who } : { ...tag, text: `${who}: ${tag.text}` };
  });
  const why = [...new Set(all.map((one) => one.why))];
  const globs = scope && scope.globs.length > 0 ? `for ${scope.globs.join(', ')}` : null;
  const size = sha256 === null ? 'not read' : bytesText(bytes);
  const about = [kind === 'instructions' ? null : kind, size, imported_by && `imported by ${imported_by}`, globs];
  return thing(nameAt(place, path), {
    file: { place, path },
    tags: [...agents, ...hiddenTags(hidden)],
    about: about.filter((part) => part).join(', '),
    notes: [
      ...why,
      ...hidden.slice(0, 3).map((one) => `${one.code_point} ${one.name} in line ${one.line}, column ${one.column}`),
    ],
  });
}

function hiddenTags(hidden: InstructionFile['hidden']): Tag[] {
  if (hidden.length === 0) return [];
  const hint = 'A reader does not see them, and a model does.';
  return [{ text: formatCounted(hidden.length, 'hidden character'), tone: 'error', hint }];
}

function settingThing({ agent, place, path, kind, key, value, authority, tracked }: AgentSetting): Thing {
  const came = authority === 'grant' && place === 'repository' && tracked !== false;
  const doubt = tracked === null ? ' Whether git tracks the file is not known.' : '';
  const hint = `A file of the repository grants this: whoever wrote it decided.${doubt}`;
  return thing(key, {
    file: { place, path },
    tags: [
      plain(kind.replace('_', ' ')),
      ...(came ? [{ text: 'from the repository', tone: 'warning' as const, hint }] : []),
    ],
    about: `${nameAt(place, path)}, for ${agent}`,
    notes: value === '' || key.includes(`[${value}]`) ? [] : [value],
  });
}

function serverThing(
  { server, agents }: SharedServer,
  { tool_contract }: HarnessVersion,
  { servers }: Workbench,
  { verifications, callgrove }: Verified,
): Thing {
  const { name, agent, place, path, package: found, command, url, env, headers, version_trap } = server;
  const here = servers.find((other) => other.agent === agent && other.name === name);
  const tried = verifications.find((one) => one.server === name);
  const verdict = tried && verifiedText(tried, callgrove, formatMinute(Date.parse(tried.at)));
  const tools = Object.keys(tool_contract?.[name]?.tools ?? {}).length;
  const version = found.version ?? found.requested;
  const asked = found.requested === null ? 'the entry names no version' : `the entry asks for ${found.requested}`;
  return thing(name, {
    file: { place, path },
    tags: [
      ...(found.name === null ? [plain(found.how)] : [plain(`${found.name}${version === null ? '' : ` ${version}`}`)]),
      ...(found.pinned === true ? [{ text: 'pinned', tone: 'good' as const, hint: asked }] : []),
      ...(found.pinned === false
        ? [{ text: 'not pinned', tone: 'warning' as const, hint: `Another version may start tomorrow: ${asked}.` }]
        : []),
      ...(version_trap === null ? [] : [{ text: 'version trap', tone: 'error' as const, hint: version_trap }]),
      ...(here ? [here.wrapped ? good('traced') : plain('not traced')] : []),
      ...(verdict ? [{ text: verdict.text, tone: verdict.tone, hint: verdict.hint }] : []),
    ],
    notes: [
      url ?? command.join(' '),
      version_trap,
      verdict?.note ?? null,
      [
        `${nameAt(place, path)}, for ${agents.join(', ')}`,
        found.integrity && `integrity ${found.integrity.slice(0, 24)}…`,
        here?.file && `starts ${here.file}`,
        tools > 0 && `${formatCounted(tools, 'tool')} listed`,
        env.length > 0 && `variables ${env.join(', ')}`,
        headers.length > 0 && `headers ${headers.join(', ')}`,
      ]
        .filter((part) => typeof part === 'string' && part !== '')
        .join(', '),
    ].filter((note): note is string => note !== null && note !== ''),
  });
}

function toolThings({ tool_contract }: HarnessVersion): Thing[] {
  return Object.entries(tool_contract ?? {}).map(([server, { contract, tools }]) =>
    thing(server, {
      tags: [plain(formatCounted(Object.keys(tools).length, 'tool'))],
      notes: [Object.keys(tools).join(', '), `contract ${contract.slice(7, 19)}`],
    }),
  );
}

function environmentThings(environment: HarnessVersion['environment']): Thing[] {
  return [
    ...(environment?.tools ?? []).map(({ name, version }) =>
      thing(name, { tags: [plain(version ?? 'version not known')] }),
    ),
    ...(environment?.variables ?? []).map(({ name, set, named_by }) =>
      thing(name, {
        tags: [
          set === null
            ? plain('not known')
            : set
              ? good('set')
              : { text: 'not set', tone: 'warning', hint: 'Something here names it, and it is not there.' },
        ],
        notes: named_by.length > 0 ? [`named by ${named_by.join(', ')}`] : [],
      }),
    ),
  ];
}

const INSTALLED: Readonly<Record<Workbench['installed'][number]['state'], Tag>> = {
  agrees: { text: 'installed as locked', tone: 'good', hint: 'What is installed agrees with the lockfile.' },
  differs: { text: 'differs', tone: 'error', hint: 'What is installed is not what the lockfile says.' },
  absent: { text: 'not installed', tone: 'warning', hint: 'Nothing that the lockfile names is there.' },
  unknown: { text: 'not known', tone: 'plain', hint: 'What is installed could not be told.' },
};

function dependencyThings({ dependencies }: HarnessVersion, { installed }: Workbench): Thing[] {
  return (dependencies ?? []).map(({ manager, lockfile }) => {
    const here = installed.find((one) => one.lockfile === lockfile && one.manager === manager);
    const tag = INSTALLED[here?.state ?? 'unknown'];
    const more = (here?.differing_total ?? 0) - (here?.differing.length ?? 0);
    const differing = (here?.differing ?? []).map(
      (one) => `${one.name}: locked ${one.locked ?? 'not at all'}, installed ${one.installed ?? 'not at all'}`,
    );
    return thing(lockfile, {
      file: at(lockfile),
      tags: [
        plain(manager),
        here?.state === 'differs'
          ? { ...tag, text: formatCounted(here.differing_total, 'package differs', 'packages differ') }
          : tag,
      ],
      notes: [...differing, ...(more > 0 ? [`and ${more} more`] : [])],
    });
  });
}

function testThings(test: HarnessVersion['test_command'], { test_result }: Workbench): Thing[] {
  if (test === null) return [];
  const ended = test_result?.command === test.command ? test_result : null;
  const tone = ended?.result === 'passed' ? 'good' : ended?.result === 'failed' ? 'error' : 'plain';
  return [
    thing(test.command, {
      tags: ended === null ? [] : [{ text: ended.result, tone, hint: `Last known result, of ${ended.at}` }],
      notes: [`by ${test.source}`],
    }),
    ...test.also.map(({ command, source }) => thing(command, { tags: [plain('weaker')], notes: [`by ${source}`] })),
  ];
}

/** A file that several agents read is one line. */
function byFile(files: readonly InstructionFile[]): [InstructionFile, ...InstructionFile[]][] {
  const known = new Map<string, [InstructionFile, ...InstructionFile[]]>();
  for (const one of files) {
    const key = `${one.place}\n${one.path}`;
    const before = known.get(key);
    if (before) before.push(one);
    else known.set(key, [one]);
  }
  return [...known.values()];
}
