/**
 * Which requests are the protocol's own housekeeping: kept, but left out of the tree and its counts until somebody asks
 * to see everything. An unknown method is never housekeeping: what nobody here knows may matter most.
 */
import type { CallStarted } from '../protocol/events.ts';

const METHODS: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/subscribe',
  'resources/unsubscribe',
  'subscriptions/listen',
  'completion/complete',
  'logging/setLevel',
  'roots/list',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/update',
  'tasks/cancel',
]);

export function isHousekeeping(call: Pick<CallStarted, 'event' | 'method'>): boolean {
  return call.event === 'notification' || METHODS.has(call.method);
}
