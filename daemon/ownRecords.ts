/** Reads the records of the daemon's own journal: what the user said, and what was captured, as writes for the store. */
import {
  AcceptRecord,
  CaptureRecord,
  CheckpointRecord,
  FreezeRecord,
  FreshRecord,
  HarnessRecord,
  HarnessTextRecord,
  LabelRecord,
  OnceRecord,
  PinRecord,
  ThawRecord,
  WideningRecord,
} from './protocol/daemonJournal.ts';

/** What the daemon's own journal says. */
export type OwnWrite =
  | { readonly kind: 'label'; readonly record: LabelRecord }
  | { readonly kind: 'pin'; readonly record: PinRecord }
  | { readonly kind: 'freeze'; readonly record: FreezeRecord }
  | { readonly kind: 'thaw'; readonly record: ThawRecord }
  | { readonly kind: 'accept'; readonly record: AcceptRecord }
  | { readonly kind: 'once'; readonly record: OnceRecord }
  | { readonly kind: 'widening'; readonly record: WideningRecord }
  | { readonly kind: 'checkpoint'; readonly record: CheckpointRecord }
  | HarnessWrite;

export type HarnessWrite =
  | { readonly kind: 'harness_text'; readonly record: HarnessTextRecord }
  | { readonly kind: 'harness'; readonly record: HarnessRecord }
  | { readonly kind: 'capture'; readonly record: CaptureRecord }
  | { readonly kind: 'fresh'; readonly record: FreshRecord; readonly at: number };

interface Schema<T> {
  safeParse(value: unknown): { readonly data?: T | undefined };
}

/** A record of the daemon's own journal; null for one that is not of its kind's form. */
export function readOwnRecord(kind: string, at: number, value: unknown): OwnWrite | null {
  const made = <K extends string, T>(name: K, schema: Schema<T>) => {
    const record = schema.safeParse(value).data;
    return record === undefined ? null : { kind: name, record };
  };
  switch (kind) {
    case 'label':
      return made(kind, LabelRecord);
    case 'pin':
      return made(kind, PinRecord);
    case 'freeze':
      return made(kind, FreezeRecord);
    case 'thaw':
      return made(kind, ThawRecord);
    case 'accept':
      return made(kind, AcceptRecord);
    case 'once':
      return made(kind, OnceRecord);
    case 'widening':
      return made(kind, WideningRecord);
    case 'checkpoint':
      return made(kind, CheckpointRecord);
    case 'harness_text':
      return made(kind, HarnessTextRecord);
    case 'harness':
      return made(kind, HarnessRecord);
    case 'capture':
      return made(kind, CaptureRecord);
    case 'fresh': {
      const fresh = made(kind, FreshRecord);
      return fresh && { ...fresh, at };
    }
    default:
      return null;
  }
}
