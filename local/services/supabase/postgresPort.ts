import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';
import type { Clock } from '../clock.ts';

export interface PostgresPortOptions {
  db: PGlite;
  /** By default a free port. */
  port?: number;
  clock: Clock;
  /** How long a client may keep a transaction open without a word, in milliseconds: everybody else waits for it. */
  idleMs?: number;
  /** How long a second client waits for the first one to go, in milliseconds. */
  patienceMs?: number;
}

export interface PostgresPort {
  /** The address that `psql` takes. */
  url: string;
  port: number;
  close(): Promise<void>;
}

/** The requests that may come instead of the first message; see "Message Formats" in the manual of PostgreSQL. */
const SSL = 80_877_103;
const GSS = 80_877_104;
const CANCEL = 80_877_102;
const LARGEST_MESSAGE = 64 * 1024 * 1024;

/**
 * PostgreSQL's own protocol over the embedded database, so that `psql` and drivers can look into it. Everybody is
 * `postgres`, without a password, as no other machine reaches the port. The database has one session: a second client is
 * refused (53300), and each statement or transaction waits until no other one is under way, PostgREST's included. (The
 * package pglite-socket lets a client into the middle of a transaction that does not come through its own port.)
 * Not supported: COPY FROM STDIN, cancelling a statement, notifications, TLS.
 */
export async function startPostgresPort(options: PostgresPortOptions): Promise<PostgresPort> {
  const { patienceMs = 1_000 } = options;
  const sockets = new Map<Socket, Promise<void>>();
  let current: Promise<void> | undefined;

  async function serve(socket: Socket): Promise<void> {
    const messages = messagesOf(socket);
    const first = await messages.next();
    if (first.done) return;
    const latest = Date.now() + patienceMs;
    // Of several that wait for the same end, one is next and the others go on waiting.
    for (let other = current; other && Date.now() < latest; other = current) {
      await Promise.race([other, delay(latest - Date.now())]);
    }
    if (current) return void socket.end(failure('53300', 'the embedded Postgres has one connection, and it is taken'));
    const session = new Session(options, socket);
    current = session
      .run(first.value, messages)
      .catch(() => undefined)
      .finally(() => (current = undefined));
    await current;
  }

  const server = createServer((socket) => {
    // A client that goes away, or that speaks something else, concerns nobody but itself.
    const done = serve(socket)
      .catch(() => undefined)
      .finally(() => {
        socket.end();
        sockets.delete(socket);
      });
    socket.on('error', () => undefined);
    sockets.set(socket, done);
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    port,
    async close() {
      server.close();
      const sessions = [...sockets.values()];
      for (const socket of sockets.keys()) socket.destroy();
      await Promise.all(sessions);
    },
  };
}

/** A client's time with the database's one session. */
class Session {
  readonly #options: PostgresPortOptions;
  readonly #socket: Socket;
  /** Lets others have the database again. */
  #release: (() => void) | undefined;

  constructor(options: PostgresPortOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    socket.on('timeout', () => this.#tooLong());
  }

  /** Answers message after message until the client goes, and leaves nothing of it behind. */
  async run(first: Buffer, more: AsyncIterable<Buffer>): Promise<void> {
    try {
      await this.#answer(first);
      for await (const message of more) {
        if (typeOf(message) === 'X') break;
        await this.#answer(message);
      }
    } finally {
      await this.#hold();
      for (const sql of this.#options.db.isInTransaction() ? ['rollback', 'discard all'] : ['discard all']) {
        await this.#options.db.execProtocolRaw(query(sql));
      }
      this.#letGo();
    }
  }

  async #answer(message: Buffer): Promise<void> {
    const { db, clock } = this.#options;
    await this.#hold();
    const reply = Buffer.from(await clock.busy(db.execProtocolRaw(withoutCopy(message))));
    this.#socket.write(reply);
    if (endsOutsideTransaction(reply)) this.#letGo();
    else this.#socket.setTimeout(this.#options.idleMs ?? 10_000);
  }

  /** From here on the database is this client's alone: the lock is the one that PGlite's own transactions take. */
  async #hold(): Promise<void> {
    this.#socket.setTimeout(0);
    if (this.#release) return;
    const { promise: isFree, resolve: becomesFree } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    // oxlint-disable-next-line no-underscore-dangle -- its other ways to this lock begin a transaction of their own
    void this.#options.db._runExclusiveTransaction(() => {
      becomesFree();
      return released;
    });
    await isFree;
    this.#release = release;
  }

  #letGo(): void {
    this.#release?.();
    this.#release = undefined;
  }

  #tooLong(): void {
    this.#socket.end(failure('25P03', 'terminating connection due to idle-in-transaction timeout'));
    this.#socket.destroySoon();
  }
}

/**
 * The client's messages, each with its type (none before the first one) and length. Encryption is declined and a request
 * to cancel is ignored.
 * @throws Error for bytes that are not of this protocol
 */
async function* messagesOf(socket: Socket): AsyncGenerator<Buffer, void> {
  let rest = Buffer.alloc(0);
  let head = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (let length = lengthOf(rest, head); rest.length >= length; length = lengthOf(rest, head)) {
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      const request = head === 0 ? message.readInt32BE(4) : 0;
      if (request === CANCEL) return;
      if (request === SSL || request === GSS) {
        socket.write('N');
        continue;
      }
      if (head === 0 && request >> 16 !== 3) throw new Error(`protocol ${request}`);
      head = 1;
      yield message;
    }
  }
}

/** Of the message at the beginning, when enough of it is there to say; else more than can be there. */
function lengthOf(bytes: Buffer, head: number): number {
  if (bytes.length < head + 4) return Number.POSITIVE_INFINITY;
  const length = head + bytes.readInt32BE(head);
  if (length < (head === 0 ? 8 : 5) || length > LARGEST_MESSAGE) throw new Error(`a message of ${length} bytes`);
  return length;
}

const typeOf = (message: Buffer) => String.fromCharCode(message[0] ?? 0);

/** Whether an answer ends with ReadyForQuery and no transaction is open. */
function endsOutsideTransaction(reply: Buffer): boolean {
  return reply.length >= 6 && reply.subarray(-6).equals(Buffer.from('Z\0\0\0\u0005I', 'latin1'));
}

/** PGlite ends itself when rows are to come from the client: such a statement becomes one that fails by name. */
function withoutCopy(message: Buffer): Buffer {
  const isCopy = 'QP'.includes(typeOf(message)) && /\bcopy\b[^;]*\bfrom\s+stdin\b/i.test(message.toString('latin1'));
  if (!isCopy) return message;
  const sql = 'select "COPY FROM STDIN is not part of the embedded stack"()\0';
  return typeOf(message) === 'Q' ? toMessage('Q', sql) : toMessage('P', `\0${sql}\0\0`);
}

const query = (sql: string) => toMessage('Q', `${sql}\0`);

/** An error that ends the connection. */
function failure(code: string, message: string): Buffer {
  return toMessage('E', `SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
}

function toMessage(type: string, text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.from(`${type}\0\0\0\0`);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}
