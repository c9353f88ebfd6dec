import type { PGlite, Transaction } from '@electric-sql/pglite';
import type { JsonObject } from '../jsonService.ts';

/** Whose token it is, as Postgres is to know her. */
export interface Listener {
  role: string;
  claims: JsonObject;
}

/**
 * Whether the database lets her listen to a private topic, asked as Realtime asks: a message of that topic is written, she
 * tries to read it under the policies of `realtime.messages`, and all of it is rolled back.
 */
export async function mayListen(db: PGlite, topic: string, { role, claims }: Listener): Promise<boolean> {
  let mayRead = false;
  await db.transaction(async (tx) => {
    const id = await writeMessage(tx, topic);
    await tx.query(
      `select set_config('role', $1, true), set_config('realtime.topic', $2, true),
         set_config('request.jwt.claims', $3, true)`,
      [role, topic, JSON.stringify({ ...claims, role })],
    );
    const { rows } = await tx.query('select id from realtime.messages where id = $1', [id]);
    mayRead = rows.length > 0;
    await tx.rollback();
  });
  return mayRead;
}

async function writeMessage(tx: Transaction, topic: string): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    "insert into realtime.messages (topic, extension, private) values ($1, 'broadcast', true) returning id",
    [topic],
  );
  return rows[0]?.id ?? '';
}

/** A message as it was sent. */
export interface Broadcast {
  id: string;
  topic: string;
  event: string;
  payload: JsonObject;
}

/** Calls back with each private broadcast once its transaction has ended. @returns what ends that */
export async function onBroadcast(db: PGlite, heard: (broadcast: Broadcast) => void): Promise<() => Promise<void>> {
  await db.exec(trigger);
  return db.listen('realtime_stand_in', (id) => void readMessage(db, id).then((one) => one && heard(one)));
}

async function readMessage(db: PGlite, id: string): Promise<Broadcast | undefined> {
  const { rows } = await db.query<Broadcast>(
    "select id, topic, event, payload from realtime.messages where id = $1 and private and extension = 'broadcast'",
    [id],
  );
  return rows[0];
}

/** Realtime reads the log of the database; here, a trigger tells of each row. */
const trigger = `
  create or replace function realtime.stand_in_notify() returns trigger language plpgsql as $$
  begin
    perform pg_notify('realtime_stand_in', new.id::text);
    return null;
  end $$;
  create or replace trigger stand_in_notify after insert on realtime.messages
    for each row execute function realtime.stand_in_notify();
`;
