/** What a capture says of this machine and moment, in the page's sections: git, files, machine, and what was not seen. */
import { bytesText } from '../daemon/model/bytesText.ts';
import type { Workbench } from '../daemon/protocol/workbench.ts';
import { formatCounted } from './figures.ts';
import { at, good, plain, type Section, section, type Thing, thing } from './sheet.ts';

export function benchSections(workbench: Workbench): Section[] {
  const { git, untracked, untracked_total, ignored_present, ignored_total, user_facts, missing, workspace } = workbench;
  const changed = [
    ...(git?.dirty ?? []).map(({ path, status, from }) =>
      thing(path, {
        file: at(path),
        tags: [plain(status.trim(), 'As git says it')],
        notes: from ? [`was ${from}`] : [],
      }),
    ),
    ...untracked.map(({ path, bytes }) =>
      thing(path, { file: at(path), tags: [plain('untracked')], about: bytes === null ? '' : bytesText(bytes) }),
    ),
  ];
  const facts = Object.entries({
    System: `${user_facts.os} ${user_facts.arch}`,
    User: user_facts.user,
    Home: user_facts.home,
    Locale: user_facts.locale,
    'Time zone': user_facts.zone,
    PATH:
      user_facts.path === null
        ? null
        : `${formatCounted(user_facts.path.length, 'folder')}, of the ${user_facts.path_of}`,
    'Working folder': workspace.cwd === workspace.root ? null : workspace.cwd,
    Root: `${workspace.root} (${workspace.proof})`,
  });
  return [
    section('git', 'Git', git === null ? [] : gitThings(git, workbench.workspace_digest), {
      none: 'No checkout: what git would say is not known.',
    }),
    section('changed', 'Not as committed', changed, {
      total: (git?.dirty_total ?? 0) + untracked_total,
      none: git === null ? 'Not known without git.' : 'Everything is as committed.',
    }),
    section(
      'ignored',
      'Ignored by git, and there',
      ignored_present.map(({ path, kind, role, bytes }) =>
        thing(kind === 'folder' ? `${path}/` : path, {
          file: kind === 'file' ? at(path) : null,
          tags: role === 'unknown' ? [] : [{ ...plain(role), tone: role === 'environment' ? 'warning' : 'plain' }],
          about: bytes === null ? '' : bytesText(bytes),
        }),
      ),
      { total: ignored_total, none: git === null ? 'Not known without git.' : 'Nothing that git ignores is there.' },
    ),
    section(
      'machine',
      'Machine',
      facts.flatMap(([name, value]) => (value === null ? [] : [thing(name, { about: value })])),
      { none: '' },
    ),
    section(
      'missing',
      'What could not be seen',
      missing.map((sentence) => thing(sentence)),
      {
        none: 'Everything that is looked for was seen.',
        open: missing.length > 0,
      },
    ),
  ];
}

function gitThings(git: NonNullable<Workbench['git']>, digest: string | null): Thing[] {
  const { head, branch, remote, submodules, linked_worktree, worktrees } = git;
  return [
    thing(branch ?? 'detached HEAD', {
      tags: [
        plain(head === null ? 'no commit yet' : head.slice(0, 12)),
        ...(linked_worktree ? [plain(`one of ${worktrees} worktrees`)] : []),
      ],
      notes: [remote, digest === null ? null : `workspace ${digest}`].filter((note) => note !== null),
    }),
    ...submodules.map(({ path, commit, state }) =>
      thing(path, {
        tags: [plain('submodule'), state === 'clean' ? good('clean') : { ...plain(state), tone: 'warning' }],
        notes: commit === null ? [] : [commit.slice(0, 12)],
      }),
    ),
  ];
}
