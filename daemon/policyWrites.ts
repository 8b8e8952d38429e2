/** Gives what the daemon's own journal says of policy to the store; what people wrote is masked before. */
import type { Names } from './names.ts';
import type { OwnWrite } from './ownRecords.ts';
import type { Write } from './stageA.ts';
import type { Database } from './store/database.ts';
import { addOnce } from './store/onceRows.ts';
import { addAccepted, addFreeze, addThaw, addWidening } from './store/policyRows.ts';
import type { Writer } from './store/writer.ts';

export type PolicyWrite = Extract<OwnWrite, { kind: 'freeze' | 'thaw' | 'accept' | 'once' | 'widening' }>;

const KINDS: ReadonlySet<string> = new Set([
  'freeze',
  'thaw',
  'accept',
  'once',
  'widening',
] satisfies PolicyWrite['kind'][]);

export function isPolicyWrite(write: Write): write is PolicyWrite {
  return KINDS.has(write.kind);
}

export function wantPolicyNames(names: Names, write: PolicyWrite): void {
  if (write.kind === 'freeze') names.want(write.record.freeze.reason);
  else if (write.kind === 'thaw') names.want(write.record.reason);
  else if (write.kind === 'widening') for (const { evidence } of write.record.asked) names.want(evidence);
}

/** To be called inside a commit, once the names were looked at. */
export function applyPolicyWrite(
  database: Database,
  writer: Pick<Writer, 'changed'>,
  names: Names,
  write: PolicyWrite,
  rev: number,
): void {
  switch (write.kind) {
    case 'freeze': {
      const { freeze, sessions } = write.record;
      const masked = { freeze: { ...freeze, reason: names.of(freeze.reason) }, sessions };
      for (const id of addFreeze(database, masked, rev)) writer.changed(id);
      return;
    }
    case 'thaw': {
      const masked = { ...write.record, reason: names.of(write.record.reason) };
      for (const id of addThaw(database, masked, rev)) writer.changed(id);
      return;
    }
    case 'accept':
      addAccepted(database, write.record);
      return;
    case 'once': {
      const session = addOnce(database, write.record.once, rev);
      if (session !== null) writer.changed(session);
      return;
    }
    case 'widening': {
      const asked = write.record.asked.map(({ item, evidence }) => ({ item, evidence: names.of(evidence) }));
      addWidening(database, { ...write.record, asked });
      writer.changed(write.record.session_id);
      return;
    }
    default:
      write satisfies never;
  }
}
