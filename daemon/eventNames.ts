/** Which names stand in an event, and the event as it may be stored: each of them bounded and looked at for secrets. */
import type { Names } from './names.ts';
import type { FrameEvent, JoinKeys } from './protocol/events.ts';

/** Notes every name of the event that is going to be stored. */
export function wantEventNames(names: Names, event: FrameEvent): void {
  switch (event.type) {
    case 'call.started': {
      names.want(event.method);
      names.want(event.tool);
      names.want(event.protocol_version);
      names.want(event.join.conversation_id);
      names.want(event.join.turn_id);
      for (const name in event.join.raw) names.want(event.join.raw[name]);
      break;
    }
    case 'call.log':
      names.want(event.level);
      break;
    case 'call.ended':
      names.want(event.note);
      break;
    case 'stray':
      names.want(event.method);
      names.want(event.reason);
      break;
    case 'connection.described':
      names.want(event.server?.name);
      names.want(event.server?.version);
      names.want(event.protocol_version);
      break;
    default:
  }
}

/** The event with its names as they may be stored; itself where nothing in them had to be masked. */
export function withStoredNames(names: Names, event: FrameEvent): FrameEvent {
  switch (event.type) {
    case 'call.started': {
      const method = names.of(event.method);
      const tool = names.of(event.tool);
      const protocol_version = names.of(event.protocol_version);
      const join = joinKeys(names, event.join);
      const same =
        method === event.method &&
        tool === event.tool &&
        protocol_version === event.protocol_version &&
        join === event.join;
      return same ? event : { ...event, method, tool, protocol_version, join };
    }
    case 'call.ended': {
      const note = names.of(event.note);
      return note === event.note ? event : { ...event, note };
    }
    case 'stray':
      return { ...event, method: names.of(event.method), reason: names.of(event.reason) };
    case 'connection.described': {
      const server = event.server && { name: names.of(event.server.name), version: names.of(event.server.version) };
      return { ...event, server, protocol_version: names.of(event.protocol_version) };
    }
    default:
      return event;
  }
}

function joinKeys(names: Names, keys: JoinKeys): JoinKeys {
  let any = keys.conversation_id !== null || keys.turn_id !== null;
  for (const _ in keys.raw) any = true;
  if (!any) return keys;
  const raw = Object.fromEntries(Object.entries(keys.raw).map(([name, value]) => [name, names.of(value)]));
  return { ...keys, conversation_id: names.of(keys.conversation_id), turn_id: names.of(keys.turn_id), raw };
}
