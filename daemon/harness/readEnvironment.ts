/**
 * The tools that servers, test command and set-up use, with their versions, and the variables that something here names,
 * with whether they are set. Never a value.
 */
import { variablesOfCommand, variablesOfEntry, variablesOfProse } from '../model/namedVariables.ts';
import { serverLaunch } from '../model/serverLaunch.ts';
import type { AgentSetting, HarnessEnvironment, TestCommand } from '../protocol/harness.ts';
import { type SetupCommand, toolsOfCommand } from './findSetup.ts';
import type { CaptureRequest, SeenServer } from './request.ts';
import { isKnownTool, type ToolVersions } from './toolVersion.ts';

/** What names tools and variables, besides the servers. */
export interface EnvironmentNeeds {
  readonly testCommand: TestCommand | null;
  readonly setup: SetupCommand | null;
  readonly settings: readonly AgentSetting[];
  /** Instruction files that count, with their texts. */
  readonly instructions: readonly { readonly path: string; readonly text: string }[];
}

const VARIABLES_MAX = 200;
const NAMED_BY_MAX = 20;
const TEXT_CHARS = 256 * 1024;
const TEXTS_MAX = 500;
const WORD_CHARS = 4000;

/** What a tool is started by, besides itself. */
const BEHIND: Readonly<Record<string, readonly string[]>> = {
  npm: ['node'],
  npx: ['node', 'npm'],
  pnpm: ['node'],
  pnpx: ['node', 'pnpm'],
  yarn: ['node'],
  bunx: ['bun'],
  uvx: ['uv'],
  nodejs: ['node'],
  tsx: ['node'],
  pip: ['python3'],
  pytest: ['python3'],
  cargo: ['rustc'],
  mvn: ['java'],
  gradle: ['java'],
};

export async function readEnvironment(
  request: CaptureRequest,
  needs: EnvironmentNeeds,
  versions: ToolVersions,
): Promise<{ readonly environment: HarnessEnvironment; readonly missing: readonly string[] }> {
  const names = toolNames(request, needs);
  const tools = await Promise.all(names.map(async (name) => ({ name, version: await versions.of(name, request) })));
  const unknown = tools.filter(({ version }) => version === null).map(({ name }) => name);
  const missing = [
    ...(unknown.length === 0
      ? []
      : [`versions of ${unknown.join(', ')} are unknown: not on the PATH that was seen, or they would not say`]),
    ...(request.environment.fingerprints === null
      ? ["the agent's environment was not seen, so whether variables are set is unknown"]
      : []),
  ];
  return { environment: { tools, variables: namedVariables(request, needs) }, missing };
}

function toolNames({ servers, platform }: CaptureRequest, { testCommand, setup }: EnvironmentNeeds): readonly string[] {
  const words = [
    ...servers.flatMap(({ command }) => programsOf(command)),
    ...(testCommand ? toolsOfCommand(testCommand.command) : []),
    ...(setup?.tools ?? []),
  ].map((word) => (platform === 'win32' ? word.toLowerCase() : word));
  return [...new Set(words.flatMap((word) => [word, ...(BEHIND[word] ?? [])]))].filter(isKnownTool).sort();
}

/** The program of an entry, and one that `cmd /c` or `env` starts for it. */
function programsOf(command: readonly string[]): readonly string[] {
  const launch = serverLaunch(command);
  const runner =
    'runner' in launch ? launch.runner : 'runtime' in launch ? launch.runtime : 'python' in launch ? launch.python : '';
  return [command[0] ?? '', runner.split(' ')[0] ?? '']
    .filter((word) => !/[\\/]/.test(word))
    .map((word) => word.replace(/\.(?:exe|cmd|bat)$/i, ''));
}

function namedVariables(request: CaptureRequest, needs: EnvironmentNeeds): HarnessEnvironment['variables'] {
  const named = new Map<string, Set<string>>();
  const add = (by: string, names: readonly string[]) => {
    for (const name of names) named.set(name, (named.get(name) ?? new Set()).add(by));
  };
  for (const server of request.servers) add(`server ${server.name}`, variablesOfServer(server));
  for (const { path, key, value } of needs.settings) add(path, variablesOfCommand(`${key} ${value}`));
  if (needs.testCommand) add('test command', variablesOfCommand(needs.testCommand.command));
  if (needs.setup) add('set-up', variablesOfCommand(needs.setup.command));
  for (const { path, text } of needs.instructions) add(path, variablesOfProse(text.slice(0, TEXT_CHARS)));
  return [...named]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, VARIABLES_MAX)
    .map(([name, by]) => ({ name, set: isSet(name, request), named_by: [...by].sort().slice(0, NAMED_BY_MAX) }));
}

/** What an entry takes from the environment that it is started in; what it sets itself is not asked of anybody. */
function variablesOfServer({ command, url, env, variables = [] }: SeenServer): readonly string[] {
  const passed = command.flatMap((word, at) => {
    // `docker run -e NAME` hands a variable on.
    const before = command[at - 1] ?? '';
    return /^(?:-e|--env)$/.test(before) && /^[A-Za-z_]\w*$/.test(word) ? [word] : [];
  });
  const texts = [...command, url ?? '', ...Object.values(env)]
    .slice(0, TEXTS_MAX)
    .map((text) => text.slice(0, WORD_CHARS));
  const own = new Set(
    Object.entries(env).flatMap(([name, value]) => (variablesOfEntry(value).includes(name) ? [] : [name])),
  );
  const names = [...variables, ...passed, ...texts.flatMap(variablesOfEntry)];
  return [...new Set(names)].filter((name) => !own.has(name));
}

function isSet(name: string, { environment: { fingerprints, plain }, platform }: CaptureRequest): boolean | null {
  const has = (names: Readonly<Record<string, string>>) =>
    platform === 'win32'
      ? Object.keys(names).some((one) => one.toUpperCase() === name.toUpperCase())
      : Object.hasOwn(names, name);
  if (has(plain)) return true;
  return fingerprints === null ? null : has(fingerprints);
}
