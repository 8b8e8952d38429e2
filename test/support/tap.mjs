// Stands between two processes and keeps what passes, byte for byte and unparsed, so that a test can compare both sides
// of a proxy:  node tap.mjs PREFIX COMMAND ARGS…  writes PREFIX.N.{c2s,s2c,stderr,end}, N counting the starts.
import { spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';

const [prefix, command, ...args] = process.argv.slice(2);

/** The next free number, taken by creating its first file. */
function take() {
  for (let n = 0; ; n++) {
    try {
      return { n, file: openSync(`${prefix}.${n}.c2s`, 'wx') };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
}

const { n, file } = take();
const files = { c2s: file, s2c: openSync(`${prefix}.${n}.s2c`, 'w'), stderr: openSync(`${prefix}.${n}.stderr`, 'w') };
const child = spawn(command, args, { stdio: 'pipe' });

function pass(from, to, kept) {
  from.on('data', (chunk) => {
    writeSync(kept, chunk);
    if (!to.write(chunk)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  });
  from.on('end', () => to !== process.stderr && to.end());
  to.on('error', () => {});
}

pass(process.stdin, child.stdin, files.c2s);
pass(child.stdout, process.stdout, files.s2c);
pass(child.stderr, process.stderr, files.stderr);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => console.error(String(error)));
child.on('close', (code, signal) => {
  for (const one of Object.values(files)) closeSync(one);
  writeFileSync(`${prefix}.${n}.end`, `${code ?? signal}`);
  if (!signal) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
