/** A manifest that says nothing beyond what it is asked for. */
import { BUNDLE_VERSION, type BundleOptions, type Manifest } from '../../daemon/protocol/bundle.ts';

export function fakeManifest(session_id: string, options: BundleOptions): Manifest {
  return {
    bundle: 'callgrove',
    v: BUNDLE_VERSION,
    callgrove: '0.0.0-dev',
    adapters: [],
    created_at: '2026-11-20T10:00:00.000Z',
    session_id,
    source: { kind: 'recorded', imported_at: null },
    options,
    counts: { calls: 0, frames: 0, denials: 0, findings: 0, captures: 0 },
    redacted: true,
    redaction: [],
    cut: [],
    members: [],
  };
}
