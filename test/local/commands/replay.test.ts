import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from '../../../local/replay/outcome.ts';
import { silentRecording } from '../../../local/cases/media.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { visit } from '../../workflow/visits.ts';
import { Command, type Finished, run } from '../command.ts';

const fixture = (name: string) => join(import.meta.dirname, '../../../fixtures', name);
const replay = (args: readonly string[], env?: Record<string, string>) => run('local/commands/replay.ts', args, env);

const dialogue = 'Doctor: Do you have any allergies?\nPatient: Penicillin, I get a rash.\n';

interface Summary {
  ok: boolean;
  counts: Record<string, number>;
  cases: Outcome[];
}

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'replay-'));
  const job = String(visit('packed').job);
  await writeFile(join(root, 'packed.json.gz'), gzipSync(job));
  // As a case it is the workflow that refuses it.
  await mkdir(join(root, 'cut-off'));
  await writeFile(join(root, 'cut-off/job.json'), job.slice(0, job.length / 2));
  await mkdir(join(root, 'earlier'));
  await writeFile(join(root, 'notes.txt'), 'nothing to replay\n');
  await writeFile(join(root, 'foreign.json'), '{"said":"nothing"}');
  await writeFile(join(root, 'visit.mp3'), await silentRecording({ durationMs: 9_000, channels: 1, container: 'mp3' }));
  await writeFile(join(root, 'visit.txt'), dialogue);
});
afterAll(() => rm(root, { recursive: true }));

describe('bad usage ends with 2 and a line that says what is wrong', () => {
  test.each<[what: string, args: string[], message: RegExp]>([
    ['no path', [], /^replay: no path was given\nusage: npm run replay/],
    ['an unknown option', ['--fast', 'x'], /^replay: Unknown option '--fast'\nusage: /],
    ['an option without its value', ['x', '--out'], /^replay: .*--out.*\nusage: /],
    [
      'a recording alone',
      ['visit.mp3'],
      /^replay: .*visit\.mp3: its words lie beside it: add --words .*visit\.txt, or give the folder\n$/,
    ],
    [
      'foreign words',
      ['visit.mp3', '--words', 'foreign.json'],
      /^replay: .*foreign\.json: JSON \(an object\) without .*\n$/,
    ],
    ['words alone', ['--words', 'visit.txt'], /^replay: --words needs the recording before it\nusage: /],
    [
      'words twice',
      ['visit.mp3', '--words', 'visit.txt', '--words', 'visit.txt'],
      /^replay: --words is given twice.*\nusage: /,
    ],
    [
      'words for two',
      ['visit.mp3', 'packed.json.gz', '--words', 'visit.txt'],
      /^replay: --words goes with one recording.*\n/,
    ],
    [
      'words for a step that runs again',
      ['--step', 'storeResults', 'visit.mp3', '--words', 'visit.txt'],
      /^replay: --step takes one folder, and --words does not go with it\nusage: /,
    ],
    [
      '--out for a step that runs again',
      ['--step', 'storeResults', 'visit.mp3', '--out', 'x'],
      /^replay: --step takes one folder, and --out does not go with it\nusage: /,
    ],
    [
      'foreign JSON',
      ['foreign.json'],
      /^replay: .*foreign\.json: no job result of Transcribe: .*; words go with .*\n$/,
    ],
    ['--yes for nothing', ['visit.mp3', '--yes'], /^replay: --yes goes with --attach\nusage: /],
    ['a path that is not there', ['missing.json'], /^replay: .*missing\.json: no such file or folder\n$/],
    [
      'a file of another kind',
      ['notes.txt'],
      /^replay: .*notes\.txt: neither a recording .* nor a case folder; words go with a recording: .*\n$/,
    ],
    [
      'a path that is not there beside one that is',
      ['packed.json.gz', 'missing'],
      /missing: no such file or folder\n$/,
    ],
  ])('%s', async (_, args, message) => {
    const paths = args.map((arg) => (/^[a-z]{2}/.test(arg) ? join(root, arg) : arg));
    const { code, stdout, stderr } = await replay(paths);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('many inputs, one of them broken', () => {
  let finished: Finished;
  let summary: Summary;
  beforeAll(async () => {
    const paths = [
      fixture('three-people'),
      join(root, 'packed.json.gz'),
      join(root, 'cut-off'),
      fixture('corrupt-recording'),
    ];
    finished = await replay([...paths, '--json', '--out', join(root, 'many')]);
    summary = JSON.parse(finished.stdout) as Summary;
  });

  test('exits with 1, and standard output is the JSON summary alone', () => {
    expect(finished.code).toBe(1);
    expect(finished.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(summary).toMatchObject({ ok: false, counts: { completed: 2, failed: 2 } });
  });

  test('says of each input how it ended, in the order given', () => {
    expect(summary.cases.map(({ name, status, error, ok }) => ({ name, status, error, ok }))).toEqual([
      { name: 'three-people', status: 'completed', error: null, ok: true },
      { name: 'packed', status: 'completed', error: null, ok: true },
      { name: 'cut-off', status: 'failed', error: 'TranscriptShapeUnknown', ok: false },
      { name: 'corrupt-recording', status: 'failed', error: 'UnsupportedMedia', ok: true },
    ]);
  });

  test('tells the same to people on standard error', () => {
    expect(finished.stderr).toMatch(/✗ cut-off +failed \(TranscriptShapeUnknown\)/);
    expect(finished.stderr).toMatch(/✓ corrupt-recording +failed \(UnsupportedMedia\)/);
    expect(finished.stderr).toMatch(/3 succeeded, 1 failed, in [\d.]+ s/);
  });

  test('writes what each one left, and nothing that is not there', async () => {
    const always = ['audit.json', 'database.json', 'execution.json', 'inputs'];
    const page = ['consultation.html', 'consultation-recording.mp4'];
    const documents = ['consultation.json', 'entities.json', 'fhir.json', 'transcript.json', 'transcript.vtt', ...page];
    const written = async (name: string) => (await readdir(join(root, 'many', name))).toSorted();
    expect(await written('packed')).toEqual([...always, ...documents].toSorted());
    expect(await written('cut-off')).toEqual(always);
    expect(await written('packed/inputs')).toEqual(['answers.json', 'job.json']);
    expect(await written('cut-off/inputs')).toEqual(['job.json']);
    const execution = JSON.parse(await readFile(join(root, 'many/cut-off/execution.json'), 'utf8')) as object;
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TranscriptShapeUnknown' });
    expect(Object.keys(execution)).toEqual(['status', 'error', 'cause', 'states']);
    const log = readFileSync(join(root, 'many/steps.log'), 'utf8').trimEnd().split('\n');
    expect(log.length).toBeGreaterThan(10);
    for (const line of log) expect(() => void JSON.parse(line)).not.toThrow();
  });
});

describe('a run that is over', () => {
  const copyOf = async (name: string) => {
    const folder = join(root, `copy-of-${name}`);
    await cp(join(root, 'many', name), folder, { recursive: true });
    return folder;
  };
  const edit = async (file: string, from: string, to: string) => {
    const text = await readFile(file, 'utf8');
    expect(text).toContain(from);
    await writeFile(file, text.replace(from, to));
  };

  test.each(['normalizeTranscript', 'storeResults'])(
    'gives the same documents when its %s runs again',
    async (step) => {
      const folder = await copyOf('packed');
      const { code, stdout } = await replay(['--step', step, folder]);
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: `${step}: 0 differences; the documents are in ${folder}/again\n`,
      });
    },
  );

  test.each([
    ['normalizeTranscript', 'transcript.json', '"role": "patient"', '"role": "other"', 'role: "other" → "patient"\n'],
    ['storeResults', 'consultation.json', '"label": "cough"', '"label": "catarrh"', '+ Problems: cough (R05.9)\n'],
  ])('%s says what is no longer as in %s', async (step, name, from, to, line) => {
    const folder = await copyOf('packed');
    await edit(join(folder, name), from, to);
    const { code, stdout } = await replay(['--step', step, folder]);
    expect(code).toBe(1);
    expect(stdout).toContain(line);
  });

  test('fails again as it failed, by name, from the facts of its rows', async () => {
    const { code, stdout, stderr } = await replay(['--step', 'normalizeTranscript', await copyOf('cut-off')]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^replay: normalizeTranscript: TranscriptShapeUnknown: [^\n]+\n$/);
  });

  test.each([
    [
      'a step that needs more than documents',
      ['--step', 'inspectRecording', 'x'],
      /the steps are normalizeTranscript and /,
    ],
    ['a folder of no run', ['--step', 'storeResults', 'x'], /transcript\.json is not there: name the folder of a run/],
    ['two folders', ['--step', 'storeResults', 'x', 'y'], /takes one folder\nusage: /],
  ])('is not run again with %s', async (_, args, message) => {
    const { code, stderr } = await replay(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('is compared with a later one, finding by finding', async () => {
    await edit(join(await copyOf('packed'), 'consultation.json'), '"label": "cough"', '"label": "catarrh"');
    await rename(join(root, 'copy-of-packed'), join(root, 'earlier/packed'));
    const args = [
      join(root, 'packed.json.gz'),
      '--json',
      '--out',
      join(root, 'later'),
      '--against',
      join(root, 'earlier'),
    ];
    const { code, stdout, stderr } = await replay(args);
    expect(code).toBe(1);
    expect(stderr).toContain('    + Problems: cough (R05.9)\n');
    const { changes } = JSON.parse(stdout) as { changes: Record<string, string[]> };
    expect(changes['packed']?.map((line) => line.slice(0, 12))).toEqual(['- Problems: ', '+ Problems: ']);
  });

  test('that is not there cannot be compared with', async () => {
    const { code, stderr } = await replay([join(root, 'packed.json.gz'), '--against', join(root, 'nowhere')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^replay: --against .*nowhere: none of these cases was replayed into that folder\n$/);
  });
});

test('one input is told state by state, and its consultation is shown', async () => {
  const { code, stdout, stderr } = await replay([fixture('mental-health'), '--out', join(root, 'one')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const step of ['inspectRecording', 'startTranscription', 'awaitTranscription', 'storeResults']) {
    expect(stdout).toMatch(new RegExp(`^ +${step} +[\\d,]+ ms`, 'm'));
  }
  expect(stdout).toMatch(/Problems +ICD-10-CM\n.*F32\.A/s);
  expect(stdout).toMatch(/1 succeeded, 0 failed/);
});

describe('a recording with its words', () => {
  const segments = [
    {
      start: 0.5,
      end: 3,
      text: ' Do you have any allergies?',
      speaker: 'SPEAKER_01',
      words: wordsOf('Do you have any allergies?', 0.5),
    },
    {
      start: 4,
      end: 7,
      text: ' Penicillin, I get a rash.',
      speaker: 'SPEAKER_00',
      words: wordsOf('Penicillin, I get a rash.', 4),
    },
  ];
  const whisper = segments.map(({ speaker: _speaker, ...segment }) => ({
    ...segment,
    words: segment.words.map(({ word, start, end }) => ({ word: ` ${word}`, start, end, probability: 0.9 })),
  }));
  const transcription = segments.map(({ start, end, text }, n) => ({
    offsets: { from: start * 1000, to: end * 1000 },
    text,
    speaker: String(n),
  }));
  const cues = (point: string) =>
    `00:00:00${point}500 --> 00:00:03${point}000\nDoctor: Do you have any allergies?\n\n` +
    `00:00:04${point}000 --> 00:00:07${point}000\nPatient: Penicillin, I get a rash.\n`;
  const files: Readonly<Record<string, string>> = {
    'whisperx.json': JSON.stringify({ segments, word_segments: [], language: 'en' }),
    'whisper.JSON': JSON.stringify({ segments: whisper, language: 'en' }),
    'whisper-cpp.json': JSON.stringify({ params: {}, result: { language: 'en' }, transcription }),
    'webvtt.vtt': `WEBVTT\n\n${cues('.')}`,
    'srt.srt': cues(','),
    'text.txt': dialogue,
    'dialogue.txt.txt': `language: en-US\n\n${dialogue}`,
  };

  function wordsOf(text: string, from: number) {
    return text.split(' ').map((word, n) => ({ word, start: from + n * 0.4, end: from + n * 0.4 + 0.3, score: 0.9 }));
  }

  test('of any format is transcribed by nobody here, and coded like every other', async () => {
    const folder = join(root, 'own');
    await mkdir(folder);
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content);
      await writeFile(
        join(folder, `${name.slice(0, name.lastIndexOf('.'))}.MP3`),
        await readFile(join(root, 'visit.mp3')),
      );
    }
    const { code, stdout, stderr } = await replay([folder, '--json', '--out', join(root, 'own-out')]);
    expect({ code, cases: (JSON.parse(stdout) as Summary).cases.map(({ status }) => status) }).toEqual({
      code: 0,
      cases: Array.from({ length: 7 }, () => 'completed'),
    });
    expect(stderr).toMatch(/^text: the words have no times of their own: they are spread over the recording/m);
    const read = async (name: string, file: string) =>
      JSON.parse(await readFile(join(root, 'own-out', name, file), 'utf8')) as Record<string, never>;
    for (const name of ['whisperx', 'whisper', 'whisper-cpp', 'webvtt', 'srt', 'text', 'dialogue.txt']) {
      const [transcript, consultation] = [await read(name, 'transcript.json'), await read(name, 'consultation.json')];
      expect(transcript).toMatchObject({ engine: { name: 'imported' } });
      expect(String(transcript['text']).replace('\n', ' ')).toBe(
        'Do you have any allergies? Penicillin, I get a rash.',
      );
      // Without speakers, nobody answers the question.
      const allergies = name === 'whisper' ? [] : [{ label: expect.stringMatching(/penicillin/i) }];
      expect(consultation).toMatchObject({ allergies });
      expect(consultation['usage']).not.toHaveProperty('calls.transcribe-medical');
    }
    expect(await read('webvtt', 'transcript.json')).toMatchObject({
      speakers: [{ label: 'Doctor' }, { label: 'Patient' }],
    });
  });

  test('is found from where the user stands, and says at once what it does', async () => {
    const args = ['visit.mp3', '--words', 'visit.txt', '--out', 'here'];
    const { code, stdout, stderr } = await replay(args, { INIT_CWD: root });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^visit: 10 words, 2 speakers; written text; 0:09 of sound\n.*\nStarting the embedded stack/,
    );
    expect(stdout).toMatch(/Words\n +imported: written text/);
    expect(stdout).toMatch(/the files are in here\n$/);
    expect(await readdir(join(root, 'here/visit'))).toContain('consultation.json');
  });

  test('that was here before is a duplicate, and nothing is run', async () => {
    const args = [
      join(root, 'visit.mp3'),
      '--words',
      join(root, 'visit.txt'),
      '--data',
      join(root, 'data'),
      '--out',
      join(root, 'twice'),
    ];
    const first = await replay(args);
    const second = await replay([...args, '--against', join(root, 'twice')]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.stdout).toMatch(/✓ visit +completed/);
    expect(second.stdout).toMatch(
      /✓ visit +duplicate: nothing was run; rec-[0-9a-f]{32} is this recording, and completed$/m,
    );
    expect(second.stdout).not.toMatch(/inspectRecording|virtual time/);
    expect(second.stdout).toMatch(/^the same findings as in .*twice\n$/m);
  });

  test.each(['normalizeTranscript', 'storeResults'])(
    'gives the same documents when its %s runs again',
    async (step) => {
      const { code, stdout } = await replay(['--step', step, 'here/visit'], { INIT_CWD: root });
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: `${step}: 0 differences; the documents are in here/visit/again\n`,
      });
    },
  );

  test('that cannot be read is refused in a folder, and the others are run', async () => {
    const folder = join(root, 'mixed');
    await mkdir(folder);
    await cp(join(root, 'visit.mp3'), join(folder, 'good.mp3'));
    await writeFile(join(folder, 'good.txt'), dialogue);
    await writeFile(join(folder, 'garbage.webm'), 'no sound');
    await writeFile(join(folder, 'garbage.txt'), dialogue);
    const { code, stdout, stderr } = await replay([folder, '--json', '--out', join(root, 'mixed-out')]);
    expect(code).toBe(1);
    const refused = [expect.stringMatching(/garbage\.webm: .* \(UnsupportedMedia\)$/)];
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, counts: { completed: 1 }, refused });
    expect(stderr).toMatch(
      /^1 input refused; the end says why\n.*^refused 1 input:\n {2}.*garbage\.webm: .*^1 succeeded, 0 failed, 1 refused, in /ms,
    );
  });

  test('that is interrupted leaves a JSON summary that says so', async () => {
    const args = [join(root, 'visit.mp3'), '--words', join(root, 'visit.txt'), '--out', join(root, 'cut'), '--json'];
    const command = new Command('local/commands/replay.ts', args);
    await command.said('inspectRecording', 0, 'stderr');
    command.stop();
    const { code, stdout } = await command.finished();
    expect(code).toBe(143);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, interrupted: true, cases: [] });
  });

  test('that is interrupted says what was done and what was not', async () => {
    const args = [join(root, 'visit.mp3'), '--words', join(root, 'visit.txt'), '--out', join(root, 'cut')];
    const command = new Command('local/commands/replay.ts', args);
    await command.said('inspectRecording');
    command.stop();
    const { code, stdout, stderr } = await command.finished();
    expect({ code, stderr }).toEqual({ code: 143, stderr: '' });
    expect(stdout).toMatch(
      /interrupted: 0 of 1 done\n {2}under way, without files: visit; what they had done is gone\n$/,
    );
  });
});

describe('operations', () => {
  test('that the environment names are called, and the codes are shown', async () => {
    const env = { OPERATIONS: 'InferSNOMEDCT, DetectEntitiesV2' };
    const { code, stdout } = await replay([join(root, 'packed.json.gz'), '--out', join(root, 'asked')], env);
    expect(code).toBe(0);
    expect(stdout.match(/^ +extractEntities /gm)).toHaveLength(2);
    expect(stdout).toMatch(/^ {2}cough +49727002 /m);
  });

  test('that a case names are called for it, and for no other', async () => {
    const paths = [fixture('snomed-ct'), join(root, 'packed.json.gz')];
    const { code, stdout } = await replay([...paths, '--json', '--out', join(root, 'named')]);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Summary).cases.map(({ name, ok }) => [name, ok])).toEqual([
      ['snomed-ct', true],
      ['packed', true],
    ]);
    const called = async (name: string) => {
      const text = await readFile(join(root, 'named', name, 'consultation.json'), 'utf8');
      return Object.keys((JSON.parse(text) as { usage: { units: object } }).usage.units);
    };
    expect(await called('snomed-ct')).toEqual(['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm', 'InferSNOMEDCT']);
    expect(await called('packed')).toEqual(['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm']);
  });

  test.each(['replay', 'start'])('that %s does not know end it before anything is started', async (command) => {
    const args = command === 'replay' ? [join(root, 'packed.json.gz')] : [];
    const env = { OPERATIONS: 'InferICD10CM,DetectPHI' };
    const { code, stdout, stderr } = await run(`local/commands/${command}.ts`, args, env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^${command}: OPERATIONS names DetectPHI; there are DetectEntitiesV2, .*\\n$`));
  });
});

describe('--attach', () => {
  test('replays on a stack that another program runs', async () => {
    const product = await TestStack.shared();
    const calls = product.countCalls();
    const args = [fixture('three-people'), '--attach', '--json', '--out', join(root, 'attached')];
    const { code, stdout } = await replay(args, product.stack.env);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, counts: { completed: 1 } });
    expect(code).toBe(0);
    expect(calls('StartExecution')).toBe(1);
  });

  const onAws = Object.fromEntries(
    [
      'RECORDINGS_BUCKET',
      'TRANSCRIPTS_BUCKET',
      'MEDICAL_DATA_BUCKET',
      'AUDIT_TABLE',
      'WORKFLOW_TABLE',
      'KMS_KEY_ID',
      'RECORDING_QUEUE',
    ]
      .map((name) => [name, 'x'])
      .concat([
        ['STATE_MACHINE_ARN', 'arn:aws:states:eu-west-1:123456789012:stateMachine:transcription'],
        ['SUPABASE_URL', 'http://127.0.0.1:1'],
        ['SUPABASE_SERVICE_ROLE_KEY', 'x'],
      ]),
  ) as Record<string, string>;

  test.each<[what: string, args: string[], message: RegExp]>([
    [
      'a recording, before the price was accepted',
      ['visit.mp3'],
      /^replay: this uploads 1 recording \(0\.2 minutes .* AWS account 123456789012 in eu-west-1, for about 0\.\d\d USD .* Nothing was uploaded; add --yes to upload\n$/,
    ],
    [
      'a words file',
      ['visit.mp3', '--words', 'visit.txt', '--yes'],
      /^replay: visit: this deployment transcribes itself, and takes no words/,
    ],
    ['a job result alone', ['packed.json.gz', '--yes'], /^replay: packed: a job result alone: /],
  ])('without an endpoint never uploads %s', async (_, args, message) => {
    const paths = args.map((arg) => (/^[a-z]/.test(arg) ? join(root, arg) : arg));
    const { code, stdout, stderr } = await replay([...paths, '--attach'], onAws);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('asks the words of a recording from whoever attaches to stand-ins', async () => {
    const product = await TestStack.shared();
    const { code, stderr } = await replay([join(root, 'visit.mp3'), '--attach'], product.stack.env);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^replay: visit: this deployment recognizes no speech: add --words FILE\n$/);
  });

  test('says what the environment lacks', async () => {
    const { code, stdout, stderr } = await replay([fixture('three-people'), '--attach']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^replay: .*the environment does not set RECORDINGS_BUCKET, .*SUPABASE_SERVICE_ROLE_KEY\n$/);
  });
});

test('an --out that cannot be a folder is one line', async () => {
  const { code, stderr } = await replay([fixture('three-people'), '--out', join(root, 'notes.txt')]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^replay: [^\n]*EEXIST[^\n]*\n$/);
});
