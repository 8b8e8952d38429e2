/** How confidential the data is that a call touched: by the user's word, by the places it names, by where its server is. */
import { jsonMember } from '../model/jsonMember.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import type { CallFacts } from './callFacts.ts';

/** An address of a name in a public domain, without a login in it. */
const PUBLIC = /^https?:\/\/(?![^/?#]*@)[a-z\d.-]+\.(?!local\b|internal\b|lan\b|home\b)[a-z]{2,}(?::\d+)?(?:[/?#]|$)/i;

export function classifyDataUse(
  { event, settings, decision, args, connection }: CallFacts,
  before: CallEvidence,
): CallEvidence {
  if (event !== 'tool_call') return {};
  const said = settings?.data_use_class;
  if (said !== undefined) return { data_use_class: said, sources: { data_use_class: 'user' } };
  const paths = decision?.paths ?? [];
  if (paths.some(({ reason }) => reason === 'credential_file'))
    return { data_use_class: 'secret', sources: { data_use_class: 'observed' } };
  // What lies on this disk was not published by that.
  if (paths.some(({ canonical }) => canonical !== null))
    return { data_use_class: 'internal', sources: { data_use_class: 'observed' } };
  const url = before.input_summary?.operation_class === 'network' ? jsonMember(args, 'url') : undefined;
  return typeof url === 'string' && PUBLIC.test(url) && connection.facts.where === 'here'
    ? { data_use_class: 'public', sources: { data_use_class: 'inferred' } }
    : { data_use_class: 'unknown' };
}
