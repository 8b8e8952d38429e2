/** Finds secrets by how their issuers spell them: the library's preset and the tables of `model/`. */
import type { Format } from '../model/secretFormats.ts';
import { type Finding, WEIGHT } from './finding.ts';
import { createKeywordSearch } from './keywords.ts';
import { createPresetScan } from './preset.ts';
import type { Scan } from './scanText.ts';

/** @param formats tried in order, beside the library's preset */
export function createFormatScan(formats: readonly Format[]): Scan {
  const preset = createPresetScan();
  const literals = [...new Set([...preset.keywords, ...formats.flatMap(({ keywords }) => keywords)])];
  const search = createKeywordSearch(literals);
  /** By keyword: the formats that wait for it. */
  const waiting = literals.map((keyword) =>
    formats.flatMap(({ keywords }, index) => (keywords.includes(keyword) ? [index] : [])),
  );
  const ofPreset = literals.map((keyword) => preset.keywords.includes(keyword));
  return (text, into) => {
    const seen = search(text);
    if (seen.length === 0) return;
    const due = new Set(seen.flatMap((keyword) => waiting[keyword] ?? []));
    if (seen.some((keyword) => ofPreset[keyword])) preset.scan(text, into);
    for (const index of [...due].sort((a, b) => a - b)) {
      const { rule, pattern } = formats[index]!;
      scanPattern(rule, pattern, text, into);
    }
  };
}

/** @param pattern global; its group `secret` is what is found, else all that it matches */
export function scanPattern(rule: string, pattern: RegExp, text: string, into: Finding[]): void {
  // A search costs less than getting ready to list what matches, and most texts have nothing to list.
  if (text.search(pattern) < 0) return;
  for (const match of text.matchAll(pattern)) {
    const secret = match.groups?.secret ?? match[0];
    const start = match.index + match[0].lastIndexOf(secret);
    if (secret !== '') into.push({ start, end: start + secret.length, rule, weight: WEIGHT.format });
  }
}
