/** The text of docs/records.md around its examples. */
import { Call, Session } from '../../../daemon/protocol/record.ts';
import { fieldTable } from './layOut.ts';
import { CALL_WORDS, type FieldWords, SESSION_WORDS } from './words.ts';

/** The meaning of each field: the schema's own description, else ours. */
function wordsOf(
  shape: Readonly<Record<string, { description?: string | undefined }>>,
  ours: Readonly<Record<string, FieldWords>>,
) {
  return Object.fromEntries(
    Object.entries(shape).map(([field, { description }]) => {
      const said = ours[field] ?? { says: '' };
      const says = description ?? said.says;
      if (says === '') throw new Error(`the field ${field} has no words in test/support/records/words.ts`);
      return [field, { ...said, says }];
    }),
  );
}

export function recordsDocument(example: (name: string) => string): string {
  const table = (shape: typeof Call.shape | typeof Session.shape, ours: Readonly<Record<string, FieldWords>>) =>
    fieldTable(Object.keys(shape), wordsOf(shape, ours));
  return `# Records

<!-- Written by \`npm run records\`. Change test/support/records/ instead of this file. -->

Everything that Callgrove writes, sends or prints, with an example of each kind. The examples come from a real run: an
agent with the MCP SDK’s client on two published servers, a server that died in mid-answer, a journal that could not
grow, and the import of what was exported of it. Only what belongs to that machine and moment is replaced: paths, user,
process ids, port, times, ids, hashes, and the numbers of those records that are not shown.

The schemas are \`daemon/protocol/*.ts\`. Fields are spelled alike in the journal, the feed, \`--json\` and the schemas.
Times are ISO 8601 UTC where people read them and epoch milliseconds where the page computes with them; durations are
milliseconds, sizes bytes. **What was not observed is \`null\` or \`"unknown"\`, never 0, false or empty**; the few fields
to which that does not apply yet say so in the tables.

- [Journal](#journal): segment header, \`open\`, \`chunk\`, \`eof\`, \`signal\`, \`exit\`, \`gap\`, \`http\`, \`decision\`, \`altered\`, \`filestate\`,
  \`label\`, \`pin\`, \`freeze\`, \`thaw\`, \`accept\`, \`checkpoint\`, \`harness_text\`, \`harness\`, \`capture\`,
  \`import\`, \`import_frames\`, \`import_call\`, \`import_denial\`, \`import_finding\`, \`import_capture\`,
  \`import_end\`
- [Call](#call): success, tool error, lost, denied
- [Denial](#denial)
- [Session](#session)
- [Feed](#feed): \`hello\`, \`sessions\`, \`subscribe\`, \`window\`, \`delta\`, \`lag\`, \`error\`; rows of the tree
- [Details](#details): a call with its arguments and result, one frame
- [The daemon](#the-daemon): status, \`daemon.json\`

## Journal

\`journal/<connection>.<segment>.cgj\`, written by \`callgrove run\`, private to the user, not redacted. The first line is
the segment’s header. \`mid_line\`: does this direction go on in the middle of a line?

${example('header')}

Then records: one head line and exactly \`n\` bytes, with nothing behind them. \`k\` is the kind, \`o\` the ordinal in the
connection over all its segments, \`t\` the wall clock and \`m\` milliseconds since the proxy started, \`d\` the direction:
\`c2s\` agent to server, \`s2c\` server to agent, \`stderr\` the server’s diagnostics. A reader skips kinds that it does not
know. Documents are one line in the file; they are laid out here.

**open** comes first: facts that nobody can find out later. \`environment\` holds each variable’s name and the beginning of
a hash of its value, keyed with this machine’s own key; \`root_evidence\` the values of those that name a project.
\`credentials\`, where there are any, holds the same of options and addresses by their place, and what tokens claim of
themselves. The chain of processes is cut here to the proxy and the agent; in the file it goes up to the first process.

${example('open')}

**chunk**: bytes as they arrived, before they were forwarded. A chunk may hold half a message or several. A request and
its answer, a line of diagnostics, and the half answer of a server that died:

${example('chunk')}

${example('answer')}

${example('stderr')}

${example('torn')}

**eof**: a direction ended, here because the agent closed the server’s stdin.

${example('eof')}

**signal**: one that the proxy received (\`to: "proxy"\`) or sent to the server (\`to: "child"\`).

${example('signal')}

**exit**: the server’s end. Exactly one of \`code\`, \`signal\` and \`error\` (it could not be started) is set. A connection
without this record ended because the proxy was killed.

${example('exit')}

**gap**: chunks that could not be written, as soon as writing is possible again, in a new segment. Traffic went on.

${example('gap')}

**http**: of a server reached by URL, how its requests went: method, status, header names with a keyed fingerprint where
the value is a credential, and timing.

${example('http')}

**decision**: what policy said of the request in \`frame\`, before that was forwarded, or before its answer was. A line
that did not pass as it came is told by **altered**: here the proxy answered itself, in the server’s place.

${example('decision')}

${example('altered')}

**filestate**: what stood at the places that a call names, before its request was forwarded (\`when\` is \`before\`, with
the content of small files that are going to be written) and before its answer was (\`after\`). \`doubts\` say why what was
seen need not be the server's doing. Of calls that only read there is a record only where something changed.

${example('filestate')}

The daemon has a journal of its own, \`daemon_0\`, for what the user said and nothing else can bring back: **label** and
**pin**.

${example('label')}

${example('pin')}

**freeze** and **thaw**: what the user stopped, and released again with what was refused meanwhile. **accept**: the
tools that a pinned server may have from then on. **widening** tells a session what its repository’s settings asked for
in vain: \`session_id\`, \`at\`, and in \`asked\` an \`item\` with its \`evidence\` each. **once** says that a refused call may
pass once: in \`once\` its \`once_id\`, by which request it is known, \`by\` whom, \`at\` and \`until\`.

${example('freeze')}

${example('thaw')}

${example('accept')}

${example('once')}

**checkpoint**: a point of a session that a command marked, with how the tests ended where it ran them.

${example('checkpoint')}

And for what was seen at a moment that is over: what a session woke up on. **harness_text** is a text that people read,
**harness** a harness version, each once for its content; **capture** says when and where a version was seen, and what
else stood there then. Of long lists the first two items are shown. \`secrets\` are the credential variables that were
set, with keyed fingerprints: by these their values are masked wherever else they stand. **fresh**, what comparing with a
fresh checkout gave, holds \`fresh_id\`, the ids of the two captures, and the result as \`harness fresh --json\` prints it.

${example('harness_text')}

${example('harness')}

${example('capture')}

An import has a journal of its own, \`imp_…\`, which \`callgrove import\` writes and the daemon reads meanwhile. Its records
are the lines and documents of the bundle ([bundle.md](bundle.md#the-format)), masked once more. **import** comes first, with
the bundle’s \`manifest\` and \`session\`, \`diff\` where it holds a comparison, and the process that writes. Of lists the first
two items are shown.

${example('import')}

**import_frames**: frames that belong to no call. A frame stands without its \`body\`: \`offset\` and \`length\` say where that is
among the bytes behind the record’s first line; \`length\` is null where there is none. **import_call**: a call with its frames.

${example('import_frames')}

${example('import_call')}

**import_denial**, **import_finding** and **import_capture**, one each.

${example('import_denial')}

${example('import_finding')}

${example('import_capture')}

**import_end** comes last. Only behind it the session is listed; where it says that not all was there or right, or never comes
because the process ended, everything is taken back. An import without \`importer\`, of an earlier version, has no end and is
whole.

${example('import_end')}

## Call

A request and what became of it: a line of \`callgrove calls --json\`, \`GET /api/calls/ID\`. A success:

${example('call')}

A tool that answered with \`isError\`: transport and JSON-RPC did well, the tool did not. These are the fields that differ
from the call above; all others are as there.

${example('call error')}

A call whose server died before it answered, told in the same way. What it did is not known, and the record does not
claim to know.

${example('call lost')}

A call that policy refused: the server never saw it.

${example('call denied')}

Fields marked *not yet* are part of the record and keep their name and form, but no part of Callgrove fills them yet: they
are \`null\` or \`"unknown"\`, objects have only such members, lists and maps are empty.

${table(Call.shape, CALL_WORDS)}

## Denial

A typed refusal, of a call that was refused or that would have been: \`GET /api/denials\`, \`GET /api/calls/ID/denial\`.

${example('denial')}

## Session

One run of one agent in one workspace: \`callgrove sessions --json\` and \`callgrove show --json\` print it with its counts.

${example('session')}

${table(Session.shape, SESSION_WORDS)}

## Feed

One WebSocket, \`/feed\`. A viewer gets **hello**, then subscribes to windows of sessions; the daemon answers with the
window and then with what changed in it. \`seq\` rises by one with each message of this socket, \`rev\` with every change
to any row. \`epoch\` changes when the daemon’s database is another; a viewer then starts over. This daemon had recorded
nothing yet:

${example('hello')}

**sessions**: those that are new or changed, with the counts that lists show, and ids of those that are gone. \`calls\`
counts all that are not folded away, tool calls or not. The session itself is cut short here.

${example('sessions')}

**subscribe** and **unsubscribe** are all that a viewer may send. \`follow\` keeps the window at the end.

${example('subscribe')}

${example('unsubscribe')}

**window**: the answer, with the rows that stand in it; \`total\` is how many match in all. Calls on the feed are heads:
no bodies, one line of arguments.

${example('window')}

**delta**: the keys of the rows that stand in the window now, in order, and those rows that are new or changed. Here the
agent made one more call.

${example('delta')}

**lag**: how much of the journal is not read yet, and how many calls still wait for the second stage (redacted summary,
full text).

${example('lag')}

**error**: what was wrong with a message, or with the subscription \`id\`.

${example('error')}

Rows of the tree, in windows, deltas and \`GET /api/sessions/ID/tree\`: the heading of a **turn**, a **call**, a **gap** in
the record.

${example('turn')}

${example('row')}

${example('gap row')}

How a server ended is a row where it went wrong or lost calls, with \`everything\` in every case.

${example('event row')}

What the session woke up on, against the session before (**workbench**, its first row), and what changed while it ran.

${example('workbench')}

${example('harness_changed')}

${example('contract_changed')}

${example('credential_changed')}

What the user stopped, and released (**frozen**, **thawed**).

${example('frozen')}

${example('thawed')}

A point that a command marked, and whether the tests passed there (**checkpoint**, **test_result**).

${example('checkpoint row')}

${example('test_result')}

## Details

\`GET /api/calls/ID/detail\`: the call with its arguments and result, redacted and bounded, the ids that the host sent along
(\`join\`), and its frames. A frame’s \`key\` is the ordinal of the journal’s chunk with its first byte.

${example('detail')}

\`GET /api/calls/ID/frames/KEY\`: one frame, redacted unless \`raw=1\` is asked for; \`offset\` and \`limit\` in characters.

${example('frame')}

## The daemon

\`GET /api/status\` and \`callgrove daemon status --json\`:

${example('status')}

\`daemon.json\` in the state folder, mode 0600: where the daemon is. The token (masked here) opens the feed.

${example('daemon file')}
`;
}
