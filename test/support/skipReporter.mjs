// A reporter that names the tests which did not run (skip and todo), one a line: runTests.ts refuses them.
export default async function* skipReporter(source) {
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, file, skip, todo } = event.data;
    const left = skip ?? todo;
    if (left !== undefined && left !== false)
      yield `${name} (${file ?? 'unknown file'})${typeof left === 'string' && left ? `: ${left}` : ''}\n`;
  }
}
