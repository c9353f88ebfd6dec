import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestConsentVersion } from '../../../pipeline/meetings/consentTexts.ts';
import { Command, run } from '../command.ts';

const fixture = (name: string) => join(import.meta.dirname, '../../../fixtures', name);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'start-'));
});
afterAll(() => rm(root, { recursive: true }));

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function freePort(): Promise<number> {
  const { server, port } = await listening();
  server.close();
  await once(server, 'close');
  return port;
}

test('runs a consultation to its end and shows what it says', async () => {
  const { code, stdout, stderr } = await run('local/commands/start.ts', ['--out', join(root, 'out')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/Ready in [\d.]+ s/);
  expect(stdout).toMatch(/✓ ten-minute-consultation +completed/);
  expect(stdout).toMatch(/Ruled out +ICD-10-CM\n/);
  expect(existsSync(join(root, 'out/ten-minute-consultation/consultation.json'))).toBe(true);
  expect(stdout).toContain('(each state in virtual time: ');
  expect(stdout).not.toContain('npm run audit');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(
    `To read it, open ${join(root, 'out/ten-minute-consultation/consultation.html')}`,
  );

  // The README shows such a run: the same words, and about as much found in them in about as much time.
  const readme = readFileSync('README.md', 'utf8');
  const ended = /✓ ten-minute-consultation +completed {2}([\d,]+ words), (\d+) entities, ([\d.]+) s/;
  const [, words, entities, seconds] = ended.exec(stdout) ?? [];
  const [, wordsShown, entitiesShown, secondsShown] = ended.exec(readme) ?? [];
  expect(wordsShown).toBe(words);
  expect(Math.abs(Number(entitiesShown) - Number(entities))).toBeLessThan(Number(entities) / 10);
  expect(Number(secondsShown)).toBeLessThan(Math.max(10, 3 * Number(seconds)));
});

test('takes two people through a call to what is made of its recording', async () => {
  const { code, stdout, stderr } = await run('local/commands/start.ts', ['--call', '--out', join(root, 'out')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const asked = [...stdout.matchAll(/^ {2}(provider|patient) +POST \S+ +(.+?) {2,}(.+), \d+ ms$/gm)];
  expect(asked.map(([, ...told]) => told.join(' '))).toEqual([
    'provider create 200',
    'patient create 200',
    'provider admit 200',
    `patient consent given ${newestConsentVersion} 200`,
    `provider consent given ${newestConsentVersion} 200`,
    'patient join 200',
    'provider end 200',
    'patient join 409 MeetingEnded',
  ]);
  expect(stdout.match(/: (?:yes|NO)$/gm)).toEqual(Array(6).fill(': yes'));
  expect(stdout).toContain(`version ${newestConsentVersion}: "May this call be recorded?`);
  expect(stdout).toMatch(/\/: 5\d chunks, 4:\d\d in all, 0 ms missing between them\n/);
  // What is found is said as `npm start` says it: with what becomes of a medicine or a test, and with the words themselves.
  const known = "role confidence 1.00 by the meeting's own record of who spoke when";
  expect(stdout).toMatch(new RegExp(`\n {2}clinician +spk_0 .*, ${known}\n {2}patient +spk_1 .*, ${known}\n`));
  expect(stdout).toMatch(/\nProblems .*\n {2}atrial fibrillation +I48\.91 +\d:\d\d clinician: "You've got atrial/);
  expect(stdout).toMatch(/\n {2}naproxen, stopped +7258 +\d:\d\d patient: "/);
  expect(stdout).toMatch(/\n {2}full blood count, planned +\d:\d\d clinician: "/);
  expect(stdout).toMatch(/\n {2}atorvastatin, present or absent: two readings are about as likely\n/);
  expect(stdout).toMatch(/session: ended by the provider, 4:\d\d long, 2 people\n {4}recording: ready, http/);
  expect(stdout).toContain(', none was changed, added or removed\n');
  const [call, found = '', record] = stdout.split(/(\nSpeakers\n.*)(?=\nWhat the health record)/s);
  expect(found).toContain('Codes are suggestions for a clinician to review.');
  expect(`${call}${record}`.trimEnd().split('\n').length).toBeLessThan(57);
  expect(existsSync(join(root, 'out/call/consultation.html'))).toBe(true);
});

test('a call ends by itself: --keep has nothing to keep', async () => {
  const { code, stdout } = await run('local/commands/start.ts', ['--call', '--keep', '--out', root]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

describe.each(['port', 'supabase-port', 'database-port', 'api-port'])('--%s', (option) => {
  test.each(['0', '70000', 'http', ''])('"%s" is not a port number', async (text) => {
    const { code, stdout, stderr } = await run('local/commands/start.ts', [`--${option}`, text, '--out', root]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`start: --${option} ${text} is not a port number from 1 to 65535\n`);
  });

  test('in use by somebody else is one line that says what to do', async () => {
    const { server, port } = await listening();
    try {
      const { code, stderr } = await run('local/commands/start.ts', [`--${option}`, String(port), '--out', root]);
      const advice = `stop it, or choose another with --${option} N`;
      const line = `start: port ${port} is in use, perhaps by another stack: ${advice}\n`;
      expect({ code, stderr }).toEqual({ code: 1, stderr: line });
    } finally {
      server.close();
    }
  });
});

test.each(['-1', '1.5', '3601', 'a', ''])('--job-seconds "%s" is refused', async (text) => {
  const { code, stderr } = await run('local/commands/start.ts', [`--job-seconds=${text}`, '--out', root]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `start: --job-seconds ${text} is not a number from 0 to 3600\n`,
  });
});

test.each(['here', 'file:///tmp/page.html', ''])('--origin "%s" is refused', async (text) => {
  const { code, stderr } = await run('local/commands/start.ts', ['--keep', `--origin=${text}`, '--out', root]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: `start: --origin ${text} is not the address of a page\n` });
});

describe('--keep', () => {
  let kept: Command;
  let out: string;
  let environment: string;
  let pagePort: string;
  beforeAll(async () => {
    out = join(root, 'kept');
    const ports: string[] = [];
    for (const option of ['--port', '--supabase-port', '--database-port', '--api-port', '--page-port'])
      ports.push(option, String(await freePort()));
    pagePort = ports.at(-1) ?? '';
    kept = new Command('local/commands/start.ts', ['--keep', ...ports, '--out', out]);
    await kept.said('Uploading the recording');
    environment = readFileSync(join(out, 'stack.env'), 'utf8');
    await kept.said('Each run is shown here');
  });
  afterAll(() => kept.stop());

  test('writes the file of its environment before the consultation, and says which meeting that is', async () => {
    const stdout = await kept.said('Each run is shown here');
    const [, meeting = ''] = /^export MEETING='(.+)'$/m.exec(environment) ?? [];
    expect(stdout).toContain(`source ${join(out, 'stack.env')}`);
    expect(stdout).toContain(`Its meeting is ${meeting}\n`);
    expect(stdout).toMatch(new RegExp(`npm run audit -- verify ${meeting}\n`));
  });

  test('serves a list of its recordings, which reads as a person of the consultation', async () => {
    const stdout = await kept.said('Each run is shown here');
    expect(stdout).toContain(`Its recordings, to see and to read: http://127.0.0.1:${pagePort}\n`);
    const list = await (await fetch(`http://127.0.0.1:${pagePort}/`)).text();
    const [, recording = ''] = /"recordingId":"(rec-[0-9a-f]+)"/.exec(list) ?? [];
    const [url, apikey, ...tokens] = ['SUPABASE_URL', 'SUPABASE_ANON_KEY', 'PROVIDER_TOKEN', 'PATIENT_TOKEN'].map(
      (name) => new RegExp(`^export ${name}='(.+)'$`, 'm').exec(environment)?.[1] ?? '',
    );
    const open = (token: string, origin: string) =>
      fetch(`${url}/rest/v1/rpc/open_consultation`, {
        method: 'POST',
        headers: { apikey: apikey ?? '', authorization: `Bearer ${token}`, 'content-type': 'application/json', origin },
        body: JSON.stringify({ recording }),
      });
    const own = `http://127.0.0.1:${pagePort}`;
    const answers = await Promise.all(tokens.map((token) => open(token, own)));
    expect(answers.map(({ status }) => status)).toEqual([200, 403]);
    expect(answers.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual([own, own]);
    const other = await open(tokens[0] ?? '', 'https://elsewhere.example');
    expect(other.headers.has('access-control-allow-origin')).toBe(false);
  });

  test('has an appointment for which its two people meet, through either door', async () => {
    const [api, url, appointmentId, ...tokens] = [
      'API_URL',
      'SUPABASE_URL',
      'APPOINTMENT',
      'PROVIDER_TOKEN',
      'PATIENT_TOKEN',
    ].map((name) => new RegExp(`^export ${name}='(.+)'$`, 'm').exec(environment)?.[1] ?? '');
    const doors = [`${api}/meetings`, `${url}/functions/v1/chime-meeting-token`];
    const rooms = [];
    for (const [at, door] of doors.entries()) {
      const response = await fetch(door, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens[at]}`, 'content-type': 'application/json' },
        body: JSON.stringify({ action: 'create', appointmentId }),
      });
      const { meeting } = (await response.json()) as { meeting?: { MeetingId: string } };
      rooms.push(meeting?.MeetingId);
    }
    expect(rooms).toEqual([rooms[1], expect.stringMatching(/^[\da-f-]{36}$/)]);
  });

  test('a taken port of its page is one line that says what to do', async () => {
    const ports: string[] = [];
    for (const option of ['--port', '--supabase-port', '--database-port', '--api-port'])
      ports.push(option, String(await freePort()));
    const args = ['--keep', ...ports, '--page-port', pagePort, '--out', join(root, 'second')];
    const { code, stderr } = await run('local/commands/start.ts', args);
    const line = `start: port ${pagePort} is in use, perhaps by another stack: stop it, or choose another with --page-port N\n`;
    expect({ code, stderr }).toEqual({ code: 1, stderr: line });
  });

  test('stays up for another program, which finds it by the file of its environment', async () => {
    const exported = [...environment.matchAll(/^export (\w+)='(.*)'$/gm)];
    const env = Object.fromEntries(exported.map(([, name = '', value = '']) => [name, value]));
    const args = [fixture('three-people'), '--attach', '--json', '--out', join(root, 'attached')];
    const attached = await run('local/commands/replay.ts', args, env);
    expect(attached.code).toBe(0);
    expect(JSON.parse(attached.stdout)).toMatchObject({ ok: true });
  });

  test('shows the run of the other program: where it begins, its states, its end and its files', async () => {
    const stdout = await kept.said('Each run is shown here');
    const shown = await kept.said('    npm run audit -- verify', stdout.lastIndexOf('Each run is shown here'));
    const [, ours = ''] = shown.split('Each run is shown here:\n');
    const [, recordingId = ''] = /✓ (rec-[0-9a-f]{32}) +completed/.exec(ours) ?? [];
    expect(ours).toMatch(/^rec-[0-9a-f]{8} begins: recordings\/.*\nrec-[0-9a-f]{8} +inspectRecording +[\d,]+ ms\n/);
    expect(ours).toContain(`the files are in ${join(out, recordingId)}\n`);
    expect(ours).toContain(`npm run record -- ${recordingId} --out `);
    expect(existsSync(join(out, recordingId, 'consultation.json'))).toBe(true);
  });

  test('ends when it is told to, and leads nobody to it any longer', async () => {
    // A terminal's Ctrl-C comes twice: from the terminal itself and through the command around this one.
    kept.stop();
    setTimeout(() => kept.stop(), 10);
    const { code, stdout } = await kept.finished();
    expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({
      code: 0,
      last: 'stopped: nothing of the stack was kept',
    });
    expect(existsSync(join(out, 'stack.env'))).toBe(false);
  });
});

test.each<[when: string, args: string[], left: string]>([
  ['Starting the embedded stack', [], 'nothing of the stack was kept'],
  ['Uploading the recording', ['--data', 'DATA', '--keep'], 'DATA keeps the state of the stack'],
])('Ctrl-C after "%s" says what was done', async (when, args, left) => {
  const data = join(root, 'data');
  const out = join(root, 'interrupted');
  const ports: string[] = [];
  for (const option of ['--port', '--supabase-port', '--database-port', '--api-port', '--page-port'])
    ports.push(option, String(await freePort()));
  const given = args.map((arg) => arg.replace('DATA', data));
  // The job lasts, so that nothing is finished by then.
  const started = new Command('local/commands/start.ts', [...given, ...ports, '--out', out, '--job-seconds', '3600']);
  await started.said(when);
  started.stop('SIGINT');
  const { code, stdout, stderr } = await started.finished();
  expect({ code, stderr, last: stdout.trim().split('\n').at(-1) }).toEqual({
    code: 130,
    stderr: '',
    last: `stopped: the consultation was not finished, and ${left.replace('DATA', data)}`,
  });
  expect(existsSync(join(out, 'stack.env'))).toBe(false);
});

test('the ports of a stack that stays up are the same each time, and --help says which', async () => {
  const { code, stdout, stderr } = await run('local/commands/start.ts', ['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/--port N .*--keep 4610/);
  expect(stdout).toMatch(/--supabase-port N .*--keep 4611/);
  expect(stdout).toMatch(/--database-port N .*--keep 4612/);
  expect(stdout).toMatch(/--page-port N .*: 4614/);
});
