#!/usr/bin/env node
/** The program `callgrove`: picks the entry and loads nothing else. `run` stands in an agent's way, so it comes first. */
const verb = process.argv[2];
if (verb === 'run') void import('./run.ts');
else if (verb === 'daemon' && process.argv[3] === 'run') void import('./main.ts');
else void import('./cli/main.ts');
