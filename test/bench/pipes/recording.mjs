// The recording pipe: the bare pipe that also keeps what it saw in the plain way: split into lines, parse each, append
// it with a timestamp to an NDJSON file through a write stream. RECORD_TO names the file.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

const log = createWriteStream(process.env.RECORD_TO, { flags: 'a' });
const child = spawn(process.argv[2], process.argv.slice(3), { stdio: ['pipe', 'pipe', 'inherit'] });

/** Forwards `from` to `to` with back-pressure and records every line of it. */
function tee(from, to, direction) {
  let rest = [];
  const record = (line) => {
    let message;
    try {
      message = JSON.parse(line);
    } catch {
      message = { malformed: line };
    }
    log.write(`${JSON.stringify({ at: new Date().toISOString(), direction, message })}\n`);
  };
  from.on('data', (chunk) => {
    if (!to.write(chunk)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const last = chunk.subarray(start, end);
      record((rest.length > 0 ? Buffer.concat([...rest, last]) : last).toString('utf8'));
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  });
  from.on('end', () => to.end());
}

tee(process.stdin, child.stdin, 'c2s');
tee(child.stdout, process.stdout, 's2c');
child.stdin.on('error', () => {});
process.stdout.on('error', () => child.kill());
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('close', (code) => log.end(() => process.exit(code ?? 1)));
