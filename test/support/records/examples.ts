/** Chooses from a real run the example of every kind of record, neutralised, as blocks for docs/records.md. */
import { fence, layOut } from './layOut.ts';
import { neutraliser, type Shown } from './neutral.ts';
import type { RealRun, Segment } from './realRun.ts';

/** How many processes of a chain are shown: the proxy and the agent. What is above them is the machine's. */
const CHAIN_SHOWN = 2;

interface Chosen {
  /** Names of the schemas: one, or for a journal record its head's and its payload's. */
  readonly kinds: string;
  readonly shown: Shown;
  /** The payload of a journal record; null for none. `texts` stand behind the document's line, one after the other. */
  readonly payload:
    | { readonly text: string }
    | { readonly document: unknown; readonly texts?: readonly string[] }
    | null;
}

/** Block by name; asking for one that the run did not bring throws. */
export function examplesOf(run: RealRun): (name: string) => string {
  const chosen = choose(run);
  const documents = [...chosen.values()].flatMap(({ shown, payload }) =>
    payload && 'document' in payload ? [shown, { value: payload.document, connection: shown.connection }] : [shown],
  );
  const neutral = neutraliser(documents, run);
  return (name) => {
    const found = chosen.get(name);
    if (!found) throw new Error(`the run brought no ${name}`);
    const { kinds, shown, payload } = found;
    const value = neutral(shown);
    if (!payload) return fence(kinds, isLine(kinds) ? JSON.stringify(value) : layOut(value));
    const content =
      'text' in payload
        ? String(neutral({ value: payload.text, connection: shown.connection }))
        : neutral({ value: payload.document, connection: shown.connection });
    const texts = 'texts' in payload ? `\n${payload.texts.join('')}` : '';
    // Their places stand in the document: none of them may become longer or shorter.
    if (neutral({ value: texts, connection: null }) !== texts) throw new Error(`${name} names a place of this machine`);
    const bytes = Buffer.byteLength((typeof content === 'string' ? content : JSON.stringify(content)) + texts);
    const head = JSON.stringify({ ...Object(value), n: bytes });
    return fence(kinds, `${head}\n${typeof content === 'string' ? content.trimEnd() : layOut(content) + texts}`);
  };
}

/** Stands in the file as one line. */
function isLine(kinds: string): boolean {
  return kinds === 'SegmentHeader' || kinds === 'RecordHead';
}

function choose(run: RealRun): Map<string, Chosen> {
  const chosen = new Map<string, Chosen>();
  const put = (name: string, kinds: string, value: unknown, connection: string | null = null) => {
    if (value !== undefined && value !== null) chosen.set(name, { kinds, shown: { value, connection }, payload: null });
  };
  journal(run, chosen);
  imported(run.imported, chosen);

  const session = run.heads.get('conversation-7');
  const call = (outcome: string, tool: string) => run.calls.find((one) => one.outcome === outcome && one.tool === tool);
  const first = run.calls
    .filter(({ tool }) => tool === 'read_text_file')
    .sort((a, b) => a.timestamp.localeCompare(b.timestamp))[0];
  put('call', 'Call', first);
  put('call error', 'Call differing', differing(first, call('error', 'get-sum')));
  put('call lost', 'Call differing', differing(first, call('lost', 'build')));
  put('call denied', 'Call differing', differing(first, call('denied', 'read_text_file')));
  put(
    'denial',
    'Denial',
    run.denials.find(({ decision }) => decision === 'deny'),
  );
  put('session', 'Session', session?.session);

  const message = (type: string) => run.messages.findLast((one) => one.type === type);
  put('hello', 'Hello', message('hello'));
  const changed = run.messages.findLast((one) => one.type === 'sessions');
  const heads = changed?.sessions.map((head) => ({
    ...head,
    session: abridgedAs('Session', { session_id: head.session.session_id }),
  }));
  put('sessions', 'SessionsChanged', changed && { ...changed, sessions: heads });
  put(
    'subscribe',
    'Subscribe',
    run.sent.find(({ type }) => type === 'subscribe'),
  );
  put(
    'unsubscribe',
    'Unsubscribe',
    run.sent.find(({ type }) => type === 'unsubscribe'),
  );
  put('window', 'WindowMessage', message('window'));
  put('delta', 'DeltaMessage', message('delta'));
  put(
    'lag',
    'LagMessage',
    run.messages.find((one) => one.type === 'lag' && one.second_stage_calls === 0),
  );
  put('error', 'FeedError', message('error'));
  put(
    'turn',
    'TreeRow',
    run.rows.find(({ kind }) => kind === 'turn'),
  );
  put(
    'row',
    'TreeRow',
    run.rows.find((row) => row.kind === 'call' && row.call.progress !== null),
  );
  put(
    'gap row',
    'TreeRow',
    run.rows.find(({ kind }) => kind === 'gap'),
  );
  put(
    'event row',
    'TreeRow',
    run.rows.find(({ kind }) => kind === 'event'),
  );

  for (const kind of [
    'workbench',
    'harness_changed',
    'contract_changed',
    'credential_changed',
    'frozen',
    'thawed',
    'test_result',
  ])
    put(
      kind,
      'TreeRow',
      run.rows.find((row) => row.kind === kind),
    );

  put(
    'checkpoint row',
    'TreeRow',
    run.rows.find(({ kind }) => kind === 'checkpoint'),
  );

  const detail = first && run.details.get(first.call_id);
  const call_id = first?.call_id;
  put('detail', 'CallDetail', detail && { ...detail, call: abridgedAs('Call', { call_id }) }, first?.connection_id);
  put('frame', 'FrameView', run.frame, first?.connection_id);
  put('status', 'Status', run.status);
  put('daemon file', 'DaemonFile', run.daemonFile);
  return chosen;
}

function journal(run: RealRun, chosen: Map<string, Chosen>): void {
  const of = (name: string) =>
    run.segments.filter(({ records }) => JSON.stringify(openOf(records[0]?.payload)).includes(`"name":"${name}"`));
  const filesystem = of('filesystem')[0];
  const notes = of('notes')[0]?.header.connection_id;
  const gapped = run.segments.filter(({ header }) => header.connection_id === notes);
  const own = run.segments.filter(({ header }) => header.connection_id === 'daemon_0');
  const put = (
    name: string,
    segments: readonly (Segment | undefined)[],
    schema: string | null,
    fits: (head: { k: string; d?: string | undefined }, text: string) => boolean,
  ) => {
    for (const segment of segments) {
      for (const { head, payload } of segment?.records ?? []) {
        const text = Buffer.from(payload).toString();
        if (chosen.has(name) || !fits(head, text)) continue;
        const shown = { value: head, connection: segment!.header.connection_id };
        const document = schema && schema !== 'bytes' ? { document: abridge(JSON.parse(text)) } : { text };
        chosen.set(name, {
          kinds: schema ? `RecordHead ${schema}` : 'RecordHead',
          shown,
          payload: schema ? document : null,
        });
      }
    }
  };
  if (filesystem) {
    const shown = { value: filesystem.header, connection: filesystem.header.connection_id };
    chosen.set('header', { kinds: 'SegmentHeader', shown, payload: null });
  }
  put('open', [filesystem], 'OpenRecord', ({ k }) => k === 'open');
  put(
    'chunk',
    [filesystem],
    'bytes',
    ({ k, d }, text) => k === 'chunk' && d === 'c2s' && text.includes('read_text_file'),
  );
  put('answer', [filesystem], 'bytes', ({ k, d }, text) => k === 'chunk' && d === 's2c' && text.includes('"id":1'));
  put('stderr', of('builder'), 'bytes', ({ k, d }) => k === 'chunk' && d === 'stderr');
  put('torn', of('builder'), 'bytes', ({ k }, text) => k === 'chunk' && text.endsWith('"te'));
  put('eof', [filesystem], null, ({ k, d }) => k === 'eof' && d === 'c2s');
  put('signal', gapped, 'SignalRecord', ({ k }) => k === 'signal');
  put('exit', of('builder'), 'ExitRecord', ({ k }) => k === 'exit');
  put('gap', gapped, 'GapRecord', ({ k }) => k === 'gap');
  put('http', of('weather'), 'HttpRecord', ({ k }) => k === 'http');
  put(
    'decision',
    of('vault'),
    'DecisionRecord',
    ({ k }, text) => k === 'decision' && text.includes('parent_traversal'),
  );
  put('altered', of('vault'), 'AlteredRecord', ({ k }, text) => k === 'altered' && text.includes('denied'));
  put(
    'filestate',
    of('vault'),
    'FileStateRecord',
    ({ k }, text) => k === 'filestate' && text.includes('"after","answer"'),
  );
  put('freeze', own, 'FreezeRecord', ({ k }) => k === 'freeze');
  put('thaw', own, 'ThawRecord', ({ k }) => k === 'thaw');
  put('once', own, 'OnceRecord', ({ k }) => k === 'once');
  put('accept', own, 'AcceptRecord', ({ k }) => k === 'accept');
  put('checkpoint', own, 'CheckpointRecord', ({ k }, text) => k === 'checkpoint' && text.includes('passed'));
  put('label', own, 'LabelRecord', ({ k }) => k === 'label');
  put('pin', own, 'PinRecord', ({ k }) => k === 'pin');
  put('harness_text', own, 'HarnessTextRecord', ({ k }, text) => k === 'harness_text' && text.includes('in cents'));
  put('harness', own, 'HarnessRecord', ({ k }) => k === 'harness');
  put('capture', own, 'CaptureRecord', ({ k }, text) => k === 'capture' && text.includes('"origin":"session"'));
}

/** The records of an import: what the others show whole is abridged, and so many frames as lists have items. */
function imported({ header, records }: Segment, chosen: Map<string, Chosen>): void {
  const put = (
    kind: string,
    schema: string,
    abridged: (document: Record<string, unknown>) => object,
    fits = (_text: string) => true,
  ) => {
    const found = records.find(({ head, payload }) => head.k === kind && fits(Buffer.from(payload).toString()));
    if (!found) return;
    const bytes = Buffer.from(found.payload);
    const lineEnd = bytes.indexOf('\n');
    const document = Object(abridged(JSON.parse((lineEnd < 0 ? bytes : bytes.subarray(0, lineEnd)).toString())));
    const texts = [document.frames ?? []]
      .flat()
      .map(({ offset, length }) => bytes.subarray(lineEnd + 1 + offset, lineEnd + 1 + offset + length).toString());
    const payload = lineEnd < 0 ? { document } : { document, texts };
    chosen.set(kind, {
      kinds: `RecordHead ${schema}`,
      shown: { value: found.head, connection: header.connection_id },
      payload,
    });
  };
  put('import', 'ImportRecord', ({ session, ...record }) => {
    const { session: own, ...beside } = Object(session);
    return {
      ...Object(shortLists(record)),
      session: { ...Object(shortLists(beside)), session: abridgedAs('Session', { session_id: own.session_id }) },
    };
  });
  put('import_frames', 'ImportedFrames', (document) => Object(shortLists(document)));
  put(
    'import_call',
    'ImportedCall',
    ({ call, frames }) => ({ call: abridgedAs('Call', { call_id: Object(call).call_id }), frames }),
    (text) => text.includes('"tool":"find"'),
  );
  put('import_denial', 'Denial', (document) => document);
  put('import_finding', 'Finding', (document) => document);
  put('import_capture', 'StoredCapture', (document) => Object(shortLists(document)));
  put('import_end', 'ImportEnd', (document) => document);
}

/** Stands for a record that is shown whole elsewhere. */
function abridgedAs(kind: string, id: object): object {
  return { ...id, '…': `and all other fields of ${kind}` };
}

/** The fields of `other` that are not as in `first`. */
function differing(first: object | undefined, other: object | undefined): object | null {
  if (!first || !other) return null;
  const before = new Map(Object.entries(first).map(([key, value]) => [key, JSON.stringify(value)]));
  return Object.fromEntries(Object.entries(other).filter(([key, value]) => before.get(key) !== JSON.stringify(value)));
}

function openOf(payload: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(payload ?? []).toString());
  } catch {
    return null;
  }
}

function abridge(document: Record<string, unknown>): unknown {
  if ('workbench' in document || 'harness' in document) return shortLists(document);
  const chain = document.process_chain;
  return Array.isArray(chain) ? { ...document, process_chain: chain.slice(0, CHAIN_SHOWN) } : document;
}

/** Maps whose names are the data: so many of them are shown. */
const MAPS = new Set(['fingerprints', 'secrets', 'tools', 'tool_contract', 'visible_tools']);
const LIST_SHOWN = 2;

/** Long lists by their first items: a capture holds hundreds. */
function shortLists(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.slice(0, LIST_SHOWN).map((one) => shortLists(one));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, one]) => [key, shortLists(one, key)] as const);
  return Object.fromEntries(MAPS.has(name) ? members.slice(0, LIST_SHOWN) : members);
}
