// The scripted server of the benchmarks: answers every request at once with a text of as many bytes as argv[2] says. It
// looks at the first and last bytes of a line only, so that its own cost stays out of the ratios.
const size = Number(process.argv[2] ?? 100);
const tail = Buffer.from(`,"result":{"content":[{"type":"text","text":"${'a'.repeat(size)}"}],"isError":false}}\n`);
const hello = (id) =>
  `{"jsonrpc":"2.0","id":${id},"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},` +
  `"serverInfo":{"name":"bench-echo","version":"1.0.0"}}}\n`;

let head = '';
let inLine = false;

/** Answers the line with these first and last bytes. Lines without an id are notifications. */
function answer(start, end) {
  const id = (/"id":(\d+)/.exec(start) ?? /"id":(\d+)\}$/.exec(end))?.[1];
  if (id === undefined) return;
  if (start.includes('"initialize"')) process.stdout.write(hello(id));
  else process.stdout.write(Buffer.concat([Buffer.from(`{"jsonrpc":"2.0","id":${id}`), tail]));
}

process.stdin.on('data', (chunk) => {
  let start = 0;
  for (;;) {
    const end = chunk.indexOf(10, start);
    const part = end < 0 ? chunk.length : end;
    if (!inLine || head.length < 80) head += chunk.toString('latin1', start, Math.min(part, start + 80));
    inLine = true;
    if (end < 0) return;
    answer(head, chunk.toString('latin1', Math.max(start, end - 40), end));
    head = '';
    inLine = false;
    start = end + 1;
    if (start >= chunk.length) return;
  }
});
process.stdin.on('end', () => process.exit(0));
