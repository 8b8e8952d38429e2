/**
 * The command that tests this workspace, and where it was found: the setting, else the first of a list of places where
 * projects state one. Runs nothing; whether it passes is told by others.
 */
import type { TestCommand } from '../protocol/harness.ts';
import type { Files } from './files.ts';
import { type ProjectFiles, projectFiles, scriptManager, textAt } from './projectFiles.ts';
import type { CaptureRequest } from './request.ts';

type Found = TestCommand['also'][number];

const COMMAND_CHARS = 500;
const SCRIPT_CHARS = 200;
const ALSO_MAX = 20;
/** What `npm init` writes. */
const PLACEHOLDER = /no test specified/i;

/** The strongest first: what a project says itself, then what its kind of project implies. */
const PLACES: readonly ((project: ProjectFiles, platform: string) => readonly Found[])[] = [
  packageScripts,
  (project) => target(project, ['Makefile', 'makefile', 'GNUmakefile'], /^(test|check)[ \t]*:(?!=)/gm, 'make'),
  (project) => target(project, ['justfile', 'Justfile', '.justfile'], /^@?(test)\b[^:=\n]*:(?!=)/gm, 'just'),
  (project) => target(project, ['Taskfile.yml', 'Taskfile.yaml'], /^ {2,4}(test):/gm, 'task'),
  denoTask,
  python,
  (project) => (project.has('Cargo.toml') ? cargo(project) : []),
  (project) => implied(project, 'go.mod', 'go test ./...'),
  gradle,
  (project, platform) =>
    implied(
      project,
      'pom.xml',
      project.has('mvnw') ? (platform === 'win32' ? 'mvnw test' : './mvnw test') : 'mvn test',
    ),
  composer,
  (project) => implied(project, 'mix.exs', 'mix test'),
  ruby,
  (project) =>
    project
      .named(/\.(?:sln|slnx|csproj|fsproj)$/)
      .slice(0, 1)
      .map((name) => ({ command: 'dotnet test', source: name })),
  (project) => implied(project, 'Package.swift', 'swift test'),
  (project) =>
    implied(
      project,
      'pubspec.yaml',
      /^\s*flutter:/m.test(project.text('pubspec.yaml') ?? '') ? 'flutter test' : 'dart test',
    ),
  (project) => implied(project, 'build.sbt', 'sbt test'),
];

/** Said where none is found; the setting is one of a repository, or of the user. */
export const NO_TEST_COMMAND = 'No test command was found: "harness": { "test": "…" } in .callgrove.jsonc names one.';

/** null where no place states or implies one. */
export function readTestCommand(
  { root, settings, platform }: Pick<CaptureRequest, 'root' | 'settings' | 'platform'>,
  files: Files,
): { readonly testCommand: TestCommand | null; readonly missing: readonly string[] } {
  const project = projectFiles(root, files);
  const all = [settings.testCommand, ...PLACES.flatMap((place) => place(project, platform))]
    .filter((found) => found !== null)
    .map(({ command, source }) => ({ command: command.slice(0, COMMAND_CHARS), source }));
  const [first, ...rest] = all.filter((found, at) => all.findIndex(({ command }) => command === found.command) === at);
  if (!first) return { testCommand: null, missing: [NO_TEST_COMMAND] };
  return { testCommand: { ...first, also: rest.slice(0, ALSO_MAX) }, missing: [] };
}

function packageScripts(project: ProjectFiles): readonly Found[] {
  const script = textAt(project.json('package.json'), 'scripts', 'test');
  if (script === null || PLACEHOLDER.test(script)) return [];
  const manager = scriptManager(project);
  // What the script runs is what is tested with: another one is another test command.
  const source = `package.json scripts.test: ${script.slice(0, SCRIPT_CHARS)}`;
  return [{ command: manager === 'bun' ? 'bun run test' : `${manager} test`, source }];
}

function target(project: ProjectFiles, names: readonly string[], pattern: RegExp, program: string): readonly Found[] {
  const name = names.find((one) => project.has(one));
  const targets = [...(project.text(name ?? '') ?? '').matchAll(pattern)].map((match) => match[1] ?? '');
  const wanted = targets.includes('test') ? 'test' : targets[0];
  return name === undefined || wanted === undefined
    ? []
    : [{ command: `${program} ${wanted}`, source: `${name} ${wanted}` }];
}

function denoTask(project: ProjectFiles): readonly Found[] {
  const name = ['deno.json', 'deno.jsonc'].find((one) => /"test"\s*:/.test(project.text(one) ?? ''));
  return name === undefined ? [] : [{ command: 'deno task test', source: `${name} tasks.test` }];
}

function python(project: ProjectFiles): readonly Found[] {
  const text = project.text('pyproject.toml') ?? '';
  const runner = project.has('uv.lock') ? 'uv run ' : project.has('poetry.lock') ? 'poetry run ' : '';
  const rows: readonly (readonly [states: boolean, command: string, source: string])[] = [
    [/^\[tool\.hatch\.envs\.(?:default|test|hatch-test)/m.test(text), 'hatch test', 'pyproject.toml tool.hatch'],
    [project.has('tox.ini'), `${runner}tox`, 'tox.ini'],
    [/^\[tool\.tox\b/m.test(text), `${runner}tox`, 'pyproject.toml tool.tox'],
    [project.has('noxfile.py'), `${runner}nox`, 'noxfile.py'],
    [/^\[tool\.pytest\b/m.test(text), `${runner}pytest`, 'pyproject.toml tool.pytest'],
    [project.has('pytest.ini'), `${runner}pytest`, 'pytest.ini'],
    [/^\[tool:pytest\]/m.test(project.text('setup.cfg') ?? ''), `${runner}pytest`, 'setup.cfg tool:pytest'],
    [/^[^#\n]*["']pytest\b/m.test(text), `${runner}pytest`, 'pyproject.toml names pytest'],
    [
      /^pytest\b/m.test(project.text('requirements-dev.txt') ?? project.text('requirements.txt') ?? ''),
      `${runner}pytest`,
      'requirements name pytest',
    ],
    [project.has('manage.py'), `${runner}python manage.py test`, 'manage.py'],
  ];
  return rows.filter(([states]) => states).map(([, command, source]) => ({ command, source }));
}

function cargo(project: ProjectFiles): readonly Found[] {
  const isWorkspace = /^\[workspace\]/m.test(project.text('Cargo.toml') ?? '');
  return [{ command: isWorkspace ? 'cargo test --workspace' : 'cargo test', source: 'Cargo.toml' }];
}

function gradle(project: ProjectFiles, platform: string): readonly Found[] {
  const source = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'].find((name) =>
    project.has(name),
  );
  const own = platform === 'win32' ? 'gradlew test' : './gradlew test';
  return source === undefined ? [] : [{ command: project.has('gradlew') ? own : 'gradle test', source }];
}

function composer(project: ProjectFiles): readonly Found[] {
  const scripts = project.json('composer.json')?.scripts;
  const stated = typeof scripts === 'object' && scripts !== null && 'test' in scripts;
  const found = stated ? [{ command: 'composer test', source: 'composer.json scripts.test' }] : [];
  const config = ['phpunit.xml', 'phpunit.xml.dist'].find((name) => project.has(name));
  return config === undefined ? found : [...found, { command: 'vendor/bin/phpunit', source: config }];
}

function ruby(project: ProjectFiles): readonly Found[] {
  if (project.has('.rspec')) return [{ command: 'bundle exec rspec', source: '.rspec' }];
  return /^\s*(?:task|Rake::TestTask|RSpec::Core::RakeTask)\b/m.test(project.text('Rakefile') ?? '')
    ? [{ command: 'bundle exec rake test', source: 'Rakefile' }]
    : [];
}

function implied(project: ProjectFiles, source: string, command: string): readonly Found[] {
  return project.has(source) ? [{ command, source }] : [];
}
