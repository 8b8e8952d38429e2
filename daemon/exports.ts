/**
 * Bundles that the page asked for: each is prepared whole by a thread of its own, looked at, and then fetched as the very
 * file that it is. They lie in a folder of their own, private to the user, for a quarter of an hour.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Disposable } from './base/lifecycle.ts';
import { SourceError } from './feed/source.ts';
import type { ExportPreview, ExportWish } from './protocol/api.ts';
import { BUNDLE_SUFFIX, type Manifest } from './protocol/bundle.ts';

export interface ExportJob {
  readonly home: string;
  readonly session_id: string;
  readonly wish: ExportWish;
  readonly file: string;
}

export type FromExporter =
  | { readonly type: 'done'; readonly bytes: number; readonly manifest: Manifest }
  | { readonly type: 'failed'; readonly code: 'not_found' | 'failed'; readonly message: string };

export interface Exports extends Disposable {
  /** @throws SourceError */
  prepare(sessionId: string, wish: ExportWish): Promise<ExportPreview>;
  /** Null for one that is not there, or no longer. */
  file(exportId: string): { readonly path: string; readonly name: string } | null;
}

const KEPT_MS = 15 * 60_000;
/** Kept at most; the oldest goes first. */
const KEPT = 4;
const AT_ONCE = 2;
/** A thread that grows beyond this ends, and not the daemon. */
const MEMORY_MB = 1024;

/** @param script exporter.ts or its bundle */
export function createExports(script: URL, home: string, log: (line: string) => void): Exports {
  let folder: string | null = null;
  const kept = new Map<string, { path: string; name: string; timer: NodeJS.Timeout }>();
  const workers = new Set<Worker>();

  const drop = (id: string) => {
    const one = kept.get(id);
    if (!one) return;
    clearTimeout(one.timer);
    kept.delete(id);
    rmSync(one.path, { force: true });
  };
  const keep = (id: string, path: string, name: string) => {
    const [oldest] = kept.keys();
    if (kept.size >= KEPT && oldest !== undefined) drop(oldest);
    kept.set(id, { path, name, timer: setTimeout(drop, KEPT_MS, id).unref() });
  };
  const run = (job: ExportJob): Promise<Extract<FromExporter, { type: 'done' }>> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script, { workerData: job, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
      workers.add(worker);
      worker.on('message', (message: FromExporter) =>
        message.type === 'done' ? resolve(message) : reject(new SourceError(message.code, message.message)),
      );
      worker.on('error', (error) => {
        log(`an export failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        reject(new SourceError('failed', 'It could not be put together. The daemon’s log says why.'));
      });
      worker.on('exit', () => {
        workers.delete(worker);
        reject(new SourceError('unavailable', 'The export was ended.'));
      });
    });

  return {
    async prepare(session_id, wish) {
      if (workers.size >= AT_ONCE) throw new SourceError('unavailable', 'Other exports are being prepared: try again.');
      folder ??= mkdtempSync(join(tmpdir(), 'callgrove-export-'));
      const export_id = randomBytes(16).toString('base64url');
      const path = join(folder, `${export_id}.zip`);
      const { bytes, manifest } = await run({ home, session_id, wish, file: path });
      const file_name = `callgrove-${manifest.created_at.slice(0, 10)}-${session_id.slice(4, 12)}${BUNDLE_SUFFIX}`;
      keep(export_id, path, file_name);
      return { export_id, file_name, bytes, manifest };
    },
    file(exportId) {
      const one = kept.get(exportId);
      return one ? { path: one.path, name: one.name } : null;
    },
    dispose() {
      for (const worker of workers) void worker.terminate();
      for (const id of [...kept.keys()]) drop(id);
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
      folder = null;
    },
  };
}
