import { Arrival } from './arrival.ts';
import { type Environment, Line, type Socket, type SocketEvents } from './realtime.ts';
import type { Standing, Told } from './source.ts';
import type { Access, Place } from './supabaseSource.ts';

/** A recording as its table has it. */
interface Row {
  status: Standing['status'];
  error_name: string | null;
  error_message: string | null;
  session_id: string | null;
  revision: number;
  signed_revision: number | null;
  released_at: string | null;
}

const columns = 'status,error_name,error_message,session_id,revision,signed_revision,released_at';

/**
 * Follows a recording in the database.
 * @param get the first row of a query, as the user herself
 * @returns what ends it
 */
export function follow(
  { url, apiKey, recording }: Place,
  access: Pick<Access, 'token' | 'onToken'>,
  get: (query: string) => Promise<object>,
  told: (told: Told) => void,
): () => void {
  const environment: Environment = {
    connect,
    after,
    token: () => access.token(),
    onToken: (renewed) => access.onToken(renewed),
    random: Math.random,
  };
  const query = new URLSearchParams({ select: columns, recording_id: `eq.${recording}` }).toString();
  const arrival = new Arrival(
    recording,
    {
      ask: async () => toStanding((await get(`recordings?${query}`)) as Row),
      listen(sessionId, hearing) {
        const line = new Line({ url, apiKey, topic: `session:${sessionId}` }, environment, hearing);
        return () => line.close();
      },
      after,
    },
    told,
  );
  return () => arrival.close();
}

function connect(address: string, { open, message, close }: SocketEvents): Socket {
  const socket = new WebSocket(address);
  socket.addEventListener('open', open);
  socket.addEventListener('message', ({ data }) => message(data));
  socket.addEventListener('close', close);
  return socket;
}

function after(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
}

function toStanding(row: Row): Standing {
  const { status, revision } = row;
  return {
    status,
    error: row.error_name && [row.error_name, row.error_message].filter(Boolean).join(': '),
    sessionId: row.session_id,
    revision,
    signedRevision: row.signed_revision,
    isReleased: row.released_at !== null,
  };
}
