// The appending pipe: the bare pipe that also appends every chunk, as it is, to a file before it passes it on. That is the
// plainest way to have on file what was forwarded: what it costs beside the bare pipe is the file. APPEND_TO names it.
import { spawn } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';

const file = openSync(process.env.APPEND_TO, 'a');
const child = spawn(process.argv[2], process.argv.slice(3), { stdio: ['pipe', 'pipe', 'inherit'] });

function tee(from, to) {
  from.on('data', (chunk) => {
    for (let taken = 0; taken < chunk.length; ) taken += writeSync(file, chunk, taken);
    if (!to.write(chunk)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  });
  from.on('end', () => to.end());
}

tee(process.stdin, child.stdin);
tee(child.stdout, process.stdout);
child.stdin.on('error', () => {});
process.stdout.on('error', () => child.kill());
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('close', (code) => process.exit(code ?? 1));
