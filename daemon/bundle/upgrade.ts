/**
 * Bundles of earlier formats, brought to today's step by step: each step knows two neighbouring formats and no more.
 * What a later version of one format adds to a record is completed with what is not known.
 */
import { BUNDLE_VERSION } from '../protocol/bundle.ts';
import { BundleError, quoted } from './bundleError.ts';

/** From one format to the next. */
export interface UpgradeStep {
  manifest(value: Record<string, unknown>): Record<string, unknown>;
  /** A line, or a whole document. */
  record(member: string, value: unknown): unknown;
}

/** The n-th leads from format n + 1 to n + 2. Format 1 is the first. */
export const STEPS: readonly UpgradeStep[] = [
  // Format 1 had no frames but those of calls: all that it has stands in format 2 as it did.
  { manifest: (value) => ({ ...value, v: 2 }), record: (_member, value) => value },
];

export interface Upgrade {
  readonly manifest: Record<string, unknown>;
  record(member: string, value: unknown): unknown;
}

/** @throws BundleError for what is no manifest, and for formats that are not known yet */
export function upgradeFrom(manifest: unknown, steps: readonly UpgradeStep[] = STEPS): Upgrade {
  if (
    !isObject(manifest) ||
    manifest.bundle !== 'callgrove' ||
    !Number.isSafeInteger(manifest.v) ||
    Number(manifest.v) < 1
  )
    throw new BundleError('not_a_bundle', 'its manifest is none of a Callgrove bundle');
  const version = Number(manifest.v);
  const newest = Math.max(BUNDLE_VERSION, steps.length + 1);
  if (version > newest) {
    const by = typeof manifest.callgrove === 'string' ? ` by Callgrove ${quoted(manifest.callgrove)}` : '';
    throw new BundleError(
      'newer',
      `it was written${by} in bundle format ${version}, and this Callgrove reads formats up to ${newest}: update Callgrove`,
    );
  }
  const due = steps.slice(version - 1);
  return {
    manifest: due.reduce((value, step) => step.manifest(value), manifest),
    record: (member, value) => due.reduce((one, step) => step.record(member, one), value),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
