/**
 * Writes docs/records.md from a real run of what stands in dist/. `npm run records` builds first. Refuses to write when
 * the tables say that a field is filled, or is not, and the run shows otherwise.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { recordsDocument } from './records/document.ts';
import { examplesOf } from './records/examples.ts';
import { realRun } from './records/realRun.ts';
import { CALL_WORDS, type FieldWords, SESSION_WORDS } from './records/words.ts';

/** Filled only by what this run does not do. */
const RARE = new Set(['late_answer_ms', 'parent_call_id', 'split', 'findings', 'receipt_id', 'limits']);

/** Does the value say anything? By the rule of the document: null, unknown and what holds only such do not. */
function isFilled(value: unknown): boolean {
  if (value === null || value === 'unknown') return false;
  return typeof value === 'object' ? Object.values(value).some(isFilled) : true;
}

function checkWords(records: readonly object[], words: Readonly<Record<string, FieldWords>>): void {
  for (const [field, { later }] of Object.entries(words)) {
    // Counts and lists that cannot be null yet: 0 and false say nothing either.
    const filled = records.some((record) => {
      const value = Object.entries(record).find(([key]) => key === field)?.[1];
      return isFilled(value) && (later === undefined || !isNothingYet(value));
    });
    if (later && filled) throw new Error(`${field} is filled, and the table says that it is not`);
    if (!later && !filled && !RARE.has(field)) throw new Error(`${field} is not filled, and the table says that it is`);
  }
}

function isNothingYet(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isNothingYet);
  return value === 0 || !isFilled(value);
}

const run = await realRun();
checkWords(run.calls, CALL_WORDS);
checkWords(
  [...run.heads.values()].map(({ session }) => session),
  SESSION_WORDS,
);
const path = join(resolve(import.meta.dirname, '../..'), 'docs', 'records.md');
writeFileSync(path, recordsDocument(examplesOf(run)));
console.log(`docs/records.md is written: ${run.calls.length} calls, ${run.segments.length} segments.`);
