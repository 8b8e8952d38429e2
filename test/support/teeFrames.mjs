// Stands between a client and a server and writes the lines that pass as JSONL, in the order in which they were complete:
//   node teeFrames.mjs FILE COMMAND ARGS…     each line {"d":"c2s"|"s2c","m":milliseconds,"line":"…"}
// A client may start its server twice, the first time to probe it: the last start is what stays in FILE.
import { spawn } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';

const [file, command, ...args] = process.argv.slice(2);
writeFileSync(file, '');
const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });

function pass(from, to, direction) {
  let rest = '';
  from.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      appendFileSync(file, `${JSON.stringify({ d: direction, m: Math.round(performance.now() * 10) / 10, line })}\n`);
    }
    to.write(text);
  });
  from.on('end', () => to.end());
  to.on('error', () => {});
}

pass(process.stdin, child.stdin, 'c2s');
pass(child.stdout, process.stdout, 's2c');
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal));
child.on('close', (code) => process.exit(code ?? 1));
