import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The answer to a query: texts as they came, null for NULL. */
export interface Reply {
  rows: (string | null)[][];
  tags: string[];
  error?: { code: string; message: string };
  /** I outside a transaction, T inside one, E inside one that failed; none when the server hung up. */
  status?: string;
}

/** As little of a PostgreSQL client as a test needs: simple queries, one after the other. */
export class Wire {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #wake = (): void => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    socket.on('close', () => this.#wake());
    socket.on('error', () => undefined);
  }

  /** Connects as libpq does: it asks for encryption first. */
  static async open(url: string): Promise<{ wire: Wire; greeting: Reply }> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(startup(80_877_103, ''));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (answer.toString() !== 'N') throw new Error(`not a refusal of TLS: ${answer.toString()}`);
    const wire = new Wire(socket);
    socket.write(startup(196_608, 'user\0postgres\0database\0postgres\0\0'));
    return { wire, greeting: await wire.#reply() };
  }

  query(sql: string): Promise<Reply> {
    this.#socket.write(message('Q', `${sql}\0`));
    return this.#reply();
  }

  /** Sends any message of one type and waits for no answer. */
  send(type: string, body: string): void {
    this.#socket.write(message(type, body));
  }

  answer(): Promise<Reply> {
    return this.#reply();
  }

  /** Says goodbye, or hangs up without a word. */
  async close(politely = true): Promise<void> {
    if (politely) this.#socket.end(message('X', ''));
    else this.#socket.destroy();
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  /** Reads until the server is ready for the next query or hangs up. */
  async #reply(): Promise<Reply> {
    const reply: Reply = { rows: [], tags: [] };
    while (reply.status === undefined) {
      const length = this.#received.length < 5 ? Number.POSITIVE_INFINITY : 1 + this.#received.readInt32BE(1);
      if (this.#received.length >= length) {
        read(reply, this.#received.toString('latin1', 0, 1), this.#received.subarray(5, length));
        this.#received = this.#received.subarray(length);
      } else if (this.#socket.closed) break;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return reply;
  }
}

function read(reply: Reply, type: string, body: Buffer): void {
  if (type === 'Z') reply.status = body.toString();
  if (type === 'C') reply.tags.push(body.toString('utf8', 0, body.length - 1));
  if (type === 'D') reply.rows.push(columnsOf(body));
  if (type !== 'E') return;
  const fields = new Map(
    body
      .toString()
      .split('\0')
      .map((field) => [field[0], field.slice(1)]),
  );
  reply.error = { code: fields.get('C') ?? '', message: fields.get('M') ?? '' };
}

function columnsOf(body: Buffer): (string | null)[] {
  const columns: (string | null)[] = [];
  for (let at = 2; at < body.length; ) {
    const length = body.readInt32BE(at);
    columns.push(length < 0 ? null : body.toString('utf8', at + 4, at + 4 + length));
    at += 4 + Math.max(0, length);
  }
  return columns;
}

function startup(code: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + text.length, 0);
  head.writeInt32BE(code, 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

function message(type: string, text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.from(`${type}\0\0\0\0`);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}
