/**
 * Keeps the machine's cores from halting: one loop per core at the lowest priority, which gives way to whatever else wants to
 * run. Where a halted core takes long to wake, as in many virtual machines, a median latency tells who happened to keep a core
 * busy and not who answers sooner: each process that waits pays the waking, one that still works off what it put off does not.
 */
import { spawn } from 'node:child_process';
import { constants, cpus, setPriority } from 'node:os';

/** Ends by itself when the benchmark was killed. */
const LOOP = 'const parent = process.ppid; while (process.ppid === parent) for (let n = 0; n < 1e6; n++);';

export async function withCoresAwake<Result>(run: () => Promise<Result>): Promise<Result> {
  const loops = cpus().map(() => spawn(process.execPath, ['-e', LOOP], { stdio: 'ignore' }));
  try {
    for (const { pid } of loops) if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
    return await run();
  } finally {
    for (const loop of loops) loop.kill('SIGKILL');
  }
}
