/** Counts for and against one statement over many calls, with the newest few that show it either way. */
export interface Tally {
  readonly met: number;
  readonly missed: number;
  readonly for: readonly string[];
  readonly against: readonly string[];
}

const SHOWN = 5;

export class Tallying implements Tally {
  met = 0;
  missed = 0;
  for: string[] = [];
  against: string[] = [];

  /** @param verdict null: the statement is not about this call */
  add(callId: string, verdict: boolean | null): void {
    if (verdict === null) return;
    if (verdict) this.met++;
    else this.missed++;
    const list = verdict ? this.for : this.against;
    list.push(callId);
    if (list.length > SHOWN) list.shift();
  }
}
