/**
 * Makes a git repository of many files, of its own making: packages with sources, tests, test data and instructions, an
 * ignored build folder and an `.env`. Run by hand: `node test/support/largeRepository.ts FOLDER [FILES]`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** 50 files a folder; every tenth folder holds test data. The same content at every run. */
export function largeRepository(folder: string, files: number): void {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (let at = 0; at < files; at++) {
    const package_ = Math.floor(at / 500);
    const part = Math.floor(at / 50) % 10;
    const place = part === 9 ? 'test/fixtures' : part > 6 ? `test/part${part}` : `src/part${part}`;
    const name = part === 9 ? `case${at % 50}.json` : `module${at % 50}.ts`;
    write(`packages/p${package_}/${place}/${name}`, `// ${at}\nexport const n = ${at};\n`.repeat(1 + (at % 40)));
  }
  write('CLAUDE.md', 'Run npm test before you commit.\n');
  write('AGENTS.md', 'See CLAUDE.md.\n');
  for (let at = 0; at < 20; at++) write(`packages/p${at}/AGENTS.md`, `Package ${at}.\n`);
  write('package.json', '{ "name": "large", "scripts": { "test": "node --test" } }\n');
  write('.gitignore', 'node_modules/\ndist/\n.env\n');
  const git = (...args: string[]) => {
    const { status, stderr } = spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
  };
  git('init', '-q', '-b', 'main');
  // Nothing goes on in the background while it is measured.
  git('config', 'gc.auto', '0');
  git('config', 'maintenance.auto', 'false');
  git('add', '.');
  git('-c', 'user.name=large', '-c', 'user.email=large@example.com', 'commit', '-q', '-m', 'Everything');
  for (let at = 0; at < 2000; at++) write(`node_modules/m${Math.floor(at / 20)}/f${at}.js`, 'x\n');
  write('.env', 'TOKEN=1\n');
  write('packages/p0/src/part0/module0.ts', 'changed\n');
  write('notes.txt', 'untracked\n');
}

const [, script, target, count] = process.argv;
if (script !== undefined && resolve(script) === import.meta.filename && target !== undefined)
  largeRepository(resolve(target), Number(count ?? 100_000));
