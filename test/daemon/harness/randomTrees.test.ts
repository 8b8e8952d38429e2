/** Whatever a checkout holds: reading it never throws, ends, and leads nowhere else. */
import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAgentSettings } from '../../../daemon/harness/readAgentSettings.ts';
import { readInstructions } from '../../../daemon/harness/readInstructions.ts';
import { walkedListing } from '../../../daemon/harness/workspaceListing.ts';
import { AgentSetting, InstructionFile } from '../../../daemon/protocol/harness.ts';
import { captureRequest, filesWithSystemIn } from '../../support/captureRequest.ts';
import { folderTree } from '../../support/folderTree.ts';

const PATHS = [
  'CLAUDE.md',
  'CLAUDE.local.md',
  'AGENTS.md',
  'AGENTS.override.md',
  'GEMINI.md',
  '.claude',
  '.claude/CLAUDE.md',
  '.claude/rules/a.md',
  '.claude/rules/b/c.md',
  '.claude/settings.json',
  '.claude/commands/x.md',
  '.claude/skills/s/SKILL.md',
  '.github/instructions/a.instructions.md',
  '.github/hooks/a.json',
  '.vscode/settings.json',
  '.cursor/rules/a.mdc',
  '.cursor/hooks.json',
  '.codex/config.toml',
  '.gemini/settings.json',
  '.gemini/.env',
  '.clinerules',
  '.clinerules/a.md',
  '.roo/rules/a.md',
  '.aider.conf.yml',
  'opencode.json',
  'pkg/CLAUDE.md',
  'pkg/.claude/rules/a.md',
  '.git',
];
const SECRET = 'a secret beside the workspace';
const PIECES = [
  '---\n',
  'paths:\n',
  '  - "**"\n',
  'applyTo: ',
  '**/*.ts\n',
  'hooks:\n',
  '@AGENTS.md ',
  '@../../secret.md ',
  '@~/secret.md ',
  '@/etc/secret.md ',
  '@pkg/CLAUDE.md ',
  '`',
  '```\n',
  '{"permissions":{"allow":["x"]}}',
  '{"hooks":{"Stop":[{"hooks":[{"command":"c"}]}]}}',
  '{"hooks":',
  '[[[[',
  '"__proto__": {"a": 1}',
  'approval_policy = "never"\n',
  '[hooks]\n',
  'a = {b = {c = [',
  '\u200b',
  '\u0000',
  '\u{e0041}',
  'x',
  '\n',
];
const TARGETS = [
  '.',
  '..',
  '../../secret.md',
  '/etc/secret.md',
  'CLAUDE.md',
  'AGENTS.md',
  'pkg',
  '/',
  '/proc/self/fd/0',
  '/dev/zero',
];

type Content =
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  | { readonly link: string }
  | { readonly folder: true };
const content: fc.Arbitrary<Content> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => ({ text: parts.join('') })),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => ({ bytes })) },
  { weight: 2, arbitrary: fc.constantFrom(...TARGETS).map((link) => ({ link })) },
  { weight: 1, arbitrary: fc.constant({ folder: true as const }) },
);

/** What cannot be made beside the others is left out: a file where a folder is, or behind a link, which may lead anywhere. */
function make(folder: string, path: string, one: Content): void {
  const target = join(folder, path);
  const above = path.split('/').map((_, depth, names) => join(folder, ...names.slice(0, depth)));
  try {
    if (above.some((place) => lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink())) return;
    mkdirSync(dirname(target), { recursive: true });
    if ('text' in one) writeFileSync(target, one.text, { flag: 'wx' });
    else if ('bytes' in one) writeFileSync(target, one.bytes, { flag: 'wx' });
    else if ('link' in one) symlinkSync(one.link, target);
    else mkdirSync(target);
  } catch {
    // Another one stands there.
  }
}

test('random checkouts: no throw, valid records, nothing of what lies beside', (context) => {
  const folder = folderTree(context, { 'home/secret.md': SECRET, 'etc/secret.md': SECRET });
  const request = captureRequest(folder);
  const entries = fc.array(fc.tuple(fc.constantFrom(...PATHS), content), { maxLength: 14 });
  fc.assert(
    fc.property(entries, fc.constantFrom('.', 'pkg', '.claude'), (all, cwd) => {
      rmSync(request.root, { recursive: true, force: true });
      mkdirSync(request.root, { recursive: true });
      for (const [path, one] of all) make(request.root, path, one);
      const asked = { ...request, cwd: join(request.root, cwd) };
      const files = filesWithSystemIn(folder);
      const instructions = readInstructions(asked, files, walkedListing(asked.root, files));
      const settings = readAgentSettings(asked, files, { tracked: () => null });
      for (const one of instructions.instructions) InstructionFile.parse(one);
      for (const one of settings.settings) AgentSetting.parse(one);
      const said = JSON.stringify([instructions, settings]);
      assert.ok(!said.includes(SECRET));
      assert.ok(!said.includes(folder), said);
    }),
    { numRuns: 80 },
  );
});
