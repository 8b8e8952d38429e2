/**
 * Writes the parts of docs/errors.md that are computed: how well the rules do on what they were not written from, and the
 * rules with their sources.
 *
 *   node node24.mjs test/support/writeErrorsDoc.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorKind } from '../../daemon/classify/errorKinds.ts';
import type { ErrorRule } from '../../daemon/classify/errorRule.ts';
import { ANSWER_RULES, HTTP_RULES, STDERR_RULES } from '../../daemon/classify/errorRules.ts';
import { type CorpusPart, readCorpus } from './errorCorpus.ts';
import { type Score, scoreErrors } from './scoreErrors.ts';

export const ERRORS_DOC = join(import.meta.dirname, '..', '..', 'docs', 'errors.md');

const percent = (part: number, whole: number) => (whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`);

/** The document with its computed parts made anew: each stands between a pair of comments that name it. */
export function withComputedParts(text: string): string {
  const parts = { figures: figures(), classes: classes(), rules: rules() };
  return Object.entries(parts).reduce((whole, [name, made]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/errors.md has no place for ${name}`);
    return `${whole.slice(0, from + begin.length)}\n\n${made}\n\n${whole.slice(to)}`;
  }, text);
}

const PARTS: readonly (readonly [CorpusPart, string])[] = [
  ['heldOut', 'the third that was held out'],
  ['unnamed', 'the two servers that no rule names'],
  ['unnamedLater', 'two more of them, drawn later'],
  ['shown', 'what the rules were written from'],
];

function figures(): string {
  const lines = PARTS.map(([part, name]) => {
    const score = scoreErrors(readCorpus(part));
    const { errors, rightClass, rightWhole, leftOpen, successes, falseAlarms } = score;
    const wrong = errors - rightClass - leftOpen;
    return `| ${name} | ${errors} | ${rightClass} (${percent(rightClass, errors)}) | ${rightWhole} (${percent(rightWhole, errors)}) | ${leftOpen} | ${wrong} | ${falseAlarms} of ${successes} |`;
  });
  return [
    '| of | errors | right class | and right cause, advice, waiting time, repeatability | left open | wrong class | successes taken for errors |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
  ].join('\n');
}

function classes(): string {
  const scores = (['heldOut', 'unnamed', 'unnamedLater'] as const).map((part) => scoreErrors(readCorpus(part)));
  const names = [...new Set(scores.flatMap((score) => [...score.classes.keys()]))].sort();
  const cells = ({ classes: of }: Score, name: string) => {
    const { labelled, found, right } = of.get(name) ?? { labelled: 0, found: 0, right: 0 };
    return `${labelled} | ${percent(right, found)} | ${percent(right, labelled)}`;
  };
  return [
    '| class | held out | precision | recall | two servers | precision | recall | two more | precision | recall |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...names.map((name) => `| \`${name}\` | ${scores.map((score) => cells(score, name)).join(' | ')} |`),
  ].join('\n');
}

function rules(): string {
  const listed = new Set<string>();
  const table = (list: readonly ErrorRule[]) =>
    list
      .filter(({ id }) => !listed.has(id) && listed.add(id))
      .map((rule) => {
        const { error_class, auth_cause, recovery_action } = errorKind(rule.kind);
        const kind = `\`${error_class}\`${auth_cause === null ? '' : `, ${auth_cause}`}`;
        return `| \`${rule.id}\` | ${reads(rule)} | ${kind} | ${recovery_action ?? '–'} | ${rule.source.replaceAll('|', '\\|')} |`;
      });
  return [
    '| rule | reads | says | helps | source |',
    '| --- | --- | --- | --- | --- |',
    ...table(ANSWER_RULES),
    ...table(HTTP_RULES),
    ...table(STDERR_RULES),
  ].join('\n');
}

function reads({ id, codes, text, statuses, rpc }: ErrorRule): string {
  const said = [
    codes && `${codes.length} ${codes.length === 1 ? 'code' : 'codes'}`,
    text && (id.startsWith('stderr.') ? 'stderr' : 'words'),
    statuses && `status ${statuses.join(', ')}`,
    rpc && `JSON-RPC ${rpc.join(', ')}`,
  ];
  return said.filter(Boolean).join('; ');
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(ERRORS_DOC, withComputedParts(readFileSync(ERRORS_DOC, 'utf8')));
