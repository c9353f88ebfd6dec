import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askedOf } from '../../infra/openapi/route.ts';
import { routes } from '../../infra/openapi/routes.ts';
import { makeAppointment } from '../../local/keep/appointment.ts';
import { writeEnvironment } from '../../local/keep/environment.ts';
import { meetingIdOf, peopleOf } from '../../local/replay/session.ts';
import { realClock } from '../../local/services/clock.ts';
import { type Command, commandsOf } from '../house/commands.ts';
import { type Answered, faultsOf, nameOf } from './answers.ts';
import { hasBash, Terminal } from './terminal.ts';
import { TestStack } from './testStack.ts';
import { visit } from './visits.ts';

const canRun = hasBash && !spawnSync('curl', ['--version']).error;
const commands = commandsOf('API.md').filter(({ text }) => text !== 'source out/stack.env');
/** Prints the status after the answer. */
const curl = `curl() { command curl --silent --show-error --write-out '\\n%{http_code}' "$@"; }`;

describe.skipIf(!canRun)('the commands of API.md, in their order', () => {
  let product: TestStack;
  let terminal: Terminal;
  let folder: string;
  const shown: { text: string; code: number; status: number; body: unknown }[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'api-page-'));
    // As `npm start -- --keep` has it.
    product = await TestStack.start({ clock: realClock() });
    terminal = await Terminal.open(product);
    const given = visit('api-page');
    await product.run(given);
    const people = peopleOf(given);
    const appointment = await makeAppointment(product.deployment.supabase, people);
    const file = join(folder, 'stack.env');
    await writeEnvironment(product.stack, { meetingId: meetingIdOf(given), ...people, appointment }, file);
    const before = [`source ${file}`, curl];
    let last: unknown;
    for (const command of commands) {
      const text = command.text.replaceAll(/<([\w.-]+)>/g, (_, path: string) => String(at(last, path)));
      if (text.startsWith('export ')) {
        before.push(text);
        continue;
      }
      let ran = await run({ ...command, text }, before);
      // The page says to ask again.
      while ((ran.body as { code?: string } | undefined)?.code === 'FileNotReady')
        ran = await run({ ...command, text }, before);
      last = ran.body;
      shown.push({ ...ran, text: command.text });
    }
  });
  afterAll(async () => {
    await terminal?.close();
    await product?.stop();
    await rm(folder, { recursive: true });
  });

  async function run(command: Command, before: readonly string[]) {
    const [{ code, stdout } = { code: -1, stdout: '' }] = await terminal.paste([command], () => before.join('\n'));
    const [, answer = '', status = ''] = /^([\s\S]*?)\n?(\d{3})$/.exec(stdout) ?? [];
    return { code, status: Number(status), body: answer === '' ? undefined : (JSON.parse(answer) as unknown) };
  }

  test('are all granted', () => {
    expect(shown.length).toBeGreaterThan(30);
    expect(shown.filter(({ code, status }) => code !== 0 || status !== 200)).toEqual([]);
  });

  test('are answered as the OpenAPI document says', () => {
    const answered = shown.flatMap(({ text, status, body }) => toAnswered(text, status, body));
    expect(answered.flatMap(faultsOf)).toEqual([]);
  });

  test('are of every door, and of every action at one of them', () => {
    const asked = shown.flatMap(({ text, status, body }) => toAnswered(text, status, body).map(nameOf));
    const doors = new Set(asked.map((name) => name.split(' ')[0]));
    // What only EventBridge asks is not for apps.
    for (const row of routes.filter(({ caller }) => caller !== 'eventBridge')) {
      const own = [row.path ?? [], row.edgeFunction ? `/functions/v1/${row.edgeFunction}` : []].flat();
      expect(own.filter((door) => !doors.has(door))).toEqual([]);
      const left = askedOf(row).filter(([action]) => !own.some((door) => asked.includes(`${door} ${action}`.trim())));
      expect(left.map(([action]) => action)).toEqual([]);
    }
  });
});

/** What a path of an answer leads to: `meeting.MeetingId`. */
function at(answer: unknown, path: string): unknown {
  return path.split('.').reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], answer);
}

/** A request to a route or an edge function; none of one to the database, or to S3. */
function toAnswered(text: string, status: number, body: unknown): Answered[] {
  const [, door, path = ''] = /\$(API_URL|SUPABASE_URL)(\/[^"\s]*)/.exec(text) ?? [];
  if (door === undefined || (door === 'SUPABASE_URL' && !path.startsWith('/functions/'))) return [];
  const [, action] = /"action": "([\w-]+)"/.exec(text) ?? [];
  return [{ method: text.includes(' -d ') ? 'POST' : 'GET', path, action, status, body }];
}
