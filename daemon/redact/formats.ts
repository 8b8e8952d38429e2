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
  const indexes = (keywords: readonly string[]) => keywords.map((keyword) => literals.indexOf(keyword));
  const tried = formats.map(({ rule, keywords, pattern }) => ({ rule, pattern, any: indexes(keywords) }));
  const ofPreset = indexes(preset.keywords);
  return (text, into) => {
    const seen = search(text);
    if (seen === null) return;
    const due = tried.filter(({ any }) => any.some((index) => seen[index] === 1));
    if (ofPreset.some((index) => seen[index] === 1)) preset.scan(text, into);
    for (const { rule, pattern } of due) scanPattern(rule, pattern, text, into);
  };
}

/** @param pattern global; its group `secret` is what is found, else all that it matches */
export function scanPattern(rule: string, pattern: RegExp, text: string, into: Finding[]): void {
  for (const match of text.matchAll(pattern)) {
    const secret = match.groups?.secret ?? match[0];
    const start = match.index + match[0].lastIndexOf(secret);
    if (secret !== '') into.push({ start, end: start + secret.length, rule, weight: WEIGHT.format });
  }
}
