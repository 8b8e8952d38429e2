/**
 * What the editor runs once after the extension was uninstalled: takes the launcher out of every config file that it is
 * in, and ends the daemon. Without `vscode`, and within the few seconds that the editor gives; a file that cannot be put
 * back keeps working, because the launcher runs the server without Callgrove too.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runCli } from './runCli.ts';

const cli = join(import.meta.dirname, 'callgrove.js');
const cwd = homedir();
const unwrapped = await runCli({ cli, args: ['unwrap', '--all'], cwd, timeoutMs: 4_000 });
const stopped = await runCli({ cli, args: ['daemon', 'stop'], cwd, timeoutMs: 3_000 });
process.exitCode = unwrapped.code === 0 && stopped.code === 0 ? 0 : 1;
