/**
 * What a server's entry hands to it, by place as credential lanes name it, each with a keyed fingerprint: to be compared with
 * what the server was seen to run under. What the entry takes from its surroundings, or may have somebody fill in, is not
 * known from the entry, and said to be so.
 */
import { createHmac } from 'node:crypto';
import { bareCredential } from '../model/bareCredential.ts';
import { argvCredentials, type HandedCredential, urlCredentials } from '../model/handedCredentials.ts';
import type { Workbench } from '../protocol/workbench.ts';
import type { SeenServer } from './request.ts';

type Places = NonNullable<Workbench['configured']>[number]['places'];

const PLACES_MAX = 100;
const NAME_CHARS = 200;
/** What stands for itself: no `${VAR}`, no `$VAR`, `%VAR%`, `{env:VAR}`, `op://…` or command. */
const LITERAL = /^(?:[A-Za-z][\w-]{2,20} +)?[\w.+/=~@:-]+$/;
const ELSEWHERE = /:\/\//;

/** `env:GITHUB_TOKEN` → 8 hex digits, or null where the value is not the entry's own. */
export function configuredCredentials(server: SeenServer, machineKey: Uint8Array): Places {
  const handed: HandedCredential[] = [
    ...Object.entries(server.env).map(([name, value]) => ({ place: `env:${name}`, value })),
    ...argvCredentials(server.command),
    ...Object.entries(server.headerValues ?? {}).map(([name, value]) => ({
      place: `header:${name.toLowerCase()}`,
      value,
    })),
    ...inAddress(server.url),
  ];
  const places: Places = {};
  for (const { place, value } of handed.slice(0, PLACES_MAX)) {
    const known = Object.hasOwn(places, place) ? places[place] : undefined;
    const print = value !== null && isLiteral(place, value) ? fingerprint(value, machineKey) : null;
    // A container's `-e NAME` hands on the variable that the entry sets.
    if (value !== null || known === undefined) places[place.slice(0, NAME_CHARS)] = print;
  }
  return places;
}

/** A variable's value is taken whole, so that one with a scheme before it is compared with nothing. */
function isLiteral(place: string, value: string): boolean {
  return LITERAL.test(value) && !ELSEWHERE.test(value) && !(place.startsWith('env:') && value.includes(' '));
}

function inAddress(text: string | null): readonly HandedCredential[] {
  const url = text === null ? null : URL.parse(text);
  return url ? urlCredentials(url) : [];
}

/** As the proxy takes them when a connection opens. */
function fingerprint(value: string, machineKey: Uint8Array): string {
  return createHmac('sha256', machineKey).update(bareCredential(value)).digest('hex').slice(0, 8);
}
