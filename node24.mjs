// Runs one of the project's scripts under the lockfile's Node 24, whatever Node started npm. npm alone would do on
// version 11, which links that runtime into node_modules/.bin; npm 10 deletes the link again when it skips the
// runtimes of the other platforms. Plain JavaScript, because Node 20 has to read it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = import.meta.dirname ?? dirname(new URL(import.meta.url).pathname);
const platform = process.platform === 'win32' ? 'win' : process.platform;
const program = process.platform === 'win32' ? 'node.exe' : 'node';
const bundled = join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', program);
const runtime = existsSync(bundled) ? bundled : process.execPath;
const script = process.argv[2];

if (!script) {
  console.error('usage: node node24.mjs SCRIPT [ARGUMENTS…]');
  process.exit(2);
}
if (runtime === process.execPath && Number(process.versions.node.split('.')[0]) < 22) {
  console.error(
    `Node ${process.versions.node} is too old, and there is no Node 24 package for ${platform}-${process.arch}.`,
  );
  process.exit(3);
}

// Programs that the script starts by name find the same runtime.
process.env.PATH = [dirname(runtime), join(root, 'node_modules', '.bin'), process.env.PATH]
  .filter(Boolean)
  .join(delimiter);

if (runtime === process.execPath) {
  process.argv.splice(1, 2, resolve(script));
  await import(pathToFileURL(resolve(script)).href);
} else {
  const child = spawn(runtime, process.argv.slice(2), { stdio: 'inherit' });
  // A terminal delivers Ctrl+C to the child as well: this process only has to outlive it.
  for (const signal of ['SIGINT', 'SIGQUIT']) process.on(signal, () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${runtime} could not be started: ${error.message}`);
    process.exit(3);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}
