/**
 * Says which sessions run now, with what a capture of them needs: where they work, whose environment was seen, which
 * tools their servers listed. A root that is not proven is taken only where it is a checkout's top: nothing looks
 * through a whole disk because a host started its servers in `/`.
 */
import { homedir } from 'node:os';
import { gitFactsOf } from './harness/gitFacts.ts';
import type { WorkspaceFacts } from './harness/workspaceOf.ts';
import type { OpenRecord } from './protocol/journal.ts';
import type { Database } from './store/database.ts';
import { contractsOf, type SessionToCapture, sessionsToCapture } from './store/sessionsToCapture.ts';
import type { SeenSession } from './workerMessages.ts';

export interface SeenSessionsOptions {
  readonly database: Database;
  readonly seenAt: (
    connectionId: string,
  ) => { readonly open: OpenRecord; readonly place: WorkspaceFacts | null } | null;
  readonly tell: (sessions: readonly SeenSession[]) => void;
}

/** A session that was over sooner than it could be captured is captured all the same, so long after its start. */
const LATE_MS = 60_000;

/** @returns looks, and tells where anything is another than when it told last */
export function createSeenSessions({ database, seenAt, tell }: SeenSessionsOptions): (nowMs: number) => void {
  let told = '[]';
  return (nowMs) => {
    const sessions = sessionsToCapture(database, nowMs - LATE_MS).flatMap((session) => {
      if (!session.running && session.captured) return [];
      return seen(session) ?? [];
    });
    const text = JSON.stringify(sessions);
    if (text === told) return;
    told = text;
    tell(sessions);
  };

  function seen(session: SessionToCapture): SeenSession | null {
    const { session_id, agent_id, running, captured, connections } = session;
    const found = connections.flatMap(({ connection_id, server }) => {
      const facts = seenAt(connection_id);
      return facts ? [{ server, ...facts }] : [];
    })[0];
    const root = session.workspace ?? topOf(session.listed_under);
    if (!found || root === null) return null;
    const { open, place, server } = found;
    const { contracts, texts } = contractsOf(database, session.listed_under);
    return {
      session_id,
      agent: agent_id.split('/')[0] ?? agent_id,
      root,
      proof: place?.proof ?? 'top of the git checkout at the server’s working directory',
      cwd: within(root, agentCwd(open)) ?? root,
      running,
      captured,
      environment: {
        of: 'server',
        fingerprints: Object.keys(open.environment).length > 0 ? open.environment : null,
        plain: open.plain ?? {},
      },
      environment_of: server,
      servers: [...new Set(connections.map((one) => one.server))],
      listed: connections.filter(({ listed }) => listed).length,
      contracts,
      contract_texts: texts,
    };
  }
}

function topOf(folder: string | null): string | null {
  if (folder === null || folder === homedir()) return null;
  return gitFactsOf(folder)?.root === folder ? folder : null;
}

function agentCwd(open: OpenRecord): string | null {
  return open.process_chain.find(({ pid }) => pid !== open.proxy_pid)?.cwd ?? null;
}

function within(root: string, folder: string | null): string | null {
  return folder !== null && (folder === root || folder.startsWith(`${root}/`)) ? folder : null;
}
