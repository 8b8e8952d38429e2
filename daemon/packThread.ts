/** The main thread's end of packing: one thread a bundle, few at a time, each into a folder of its own that goes with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ExportProgress } from './exportSession.ts';
import { type PackedBundle, SourceError } from './feed/source.ts';
import { BUNDLE_SUFFIX, type BundleOptions } from './protocol/bundle.ts';
import type { FromPack, PackRequest } from './workerMessages.ts';

/** Each takes a core for a while. */
const AT_ONCE = 2;
/** What it makes is let go of soon: a small young generation keeps the process small, a smaller one costs processor time. */
const MEMORY = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 9 };

export type PackEnd = Exclude<FromPack, { type: 'progress' }>;

export interface PackThreads {
  /** @param gone aborts when nobody waits for it any more */
  pack(sessionId: string, options: BundleOptions, gone: AbortSignal): Promise<PackedBundle>;
}

/** @param script pack.ts or its bundle */
export function createPackThreads(script: URL, home: string): PackThreads {
  let running = 0;
  return {
    async pack(session_id, options, gone) {
      if (running >= AT_ONCE)
        throw new SourceError('unavailable', 'Other bundles are being made; try again in a moment.');
      running++;
      const folder = mkdtempSync(join(tmpdir(), 'callgrove-pack-'));
      const dispose = () => rmSync(folder, { recursive: true, force: true });
      try {
        const file = join(folder, `session${BUNDLE_SUFFIX}`);
        const request = { home, session_id, options, file, temporary: folder, force: true, keep: true, quiet: true };
        const told = await startPackThread(script).pack(request, gone, () => {});
        if (told.type === 'failed')
          throw new SourceError(told.code === 'not_found' ? 'not_found' : 'failed', told.message);
        return { file, bytes: told.bytes, manifest: told.manifest, dispose };
      } catch (error) {
        dispose();
        throw error;
      } finally {
        running--;
      }
    },
  };
}

export interface PackThread {
  /** Resolves with how it ended, whatever happens. To be called once. */
  pack(request: PackRequest, gone: AbortSignal, onProgress: (progress: ExportProgress) => void): Promise<PackEnd>;
  dispose(): void;
}

/** A thread that gets ready while it is found out what is to be packed. @param script pack.ts or its bundle */
export function startPackThread(script: URL): PackThread {
  const worker = new Worker(script, { resourceLimits: MEMORY });
  let onProgress: (progress: ExportProgress) => void = () => {};
  const ended = new Promise<PackEnd>((resolve) => {
    const fail = (message: string) => resolve({ type: 'failed', code: 'failed', message });
    worker.on('message', (message: FromPack) => {
      if (message.type === 'progress') onProgress(message.progress);
      else resolve(message);
    });
    worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => fail('the bundle was not finished'));
  });
  const stop = () => void worker.terminate();
  return {
    async pack(request, gone, tell) {
      onProgress = tell;
      gone.addEventListener('abort', stop, { once: true });
      if (gone.aborted) stop();
      worker.postMessage(request);
      const end = await ended;
      gone.removeEventListener('abort', stop);
      return end;
    },
    dispose: stop,
  };
}
