import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../pipeline/digest.ts';
import { PipelineError } from '../../../pipeline/errors.ts';
import {
  type KeptAnswer,
  type PlannedCall,
  type PlanItem,
  sealPlan,
  slice,
} from '../../../pipeline/clinical/extraction.ts';
import { extractEntities } from '../../../pipeline/steps/extractEntities.ts';
import { toTranscript } from '../../../pipeline/transcript/normalize.ts';
import { conversation, jobResult } from '../jobResults.ts';
import { inspected, portsOfVisit, recordingId, stepInput } from '../visit.ts';

const transcript = toTranscript(jobResult('newer', conversation([0, 'Any pain 🩺 today?'], [1, 'My knee hurts.'])), {
  recordingId,
  ...inspected.inspection,
});
const textKey = `transcripts/transcripts/${recordingId}/text.txt`;

/** The item as it is planned for a text. */
async function planned(whole: string, item: PlanItem): Promise<PlannedCall> {
  const byteAt = (point: number) => Buffer.byteLength(slice(whole, { begin: 0, end: point }));
  const [call] = await sealPlan(whole, [{ ...item, bytes: { from: byteAt(item.begin), to: byteAt(item.end) } }]);
  if (!call) throw new Error('one call was planned');
  return call;
}

const item: PlanItem = { operation: 'InferICD10CM', n: 2, begin: 9, end: 32 };
const text = slice(transcript.text, item);
const input = { ...stepInput, item: await planned(transcript.text, item), provenAt: 0, isFirst: false };
const answerKey = `medicalData/answers/${recordingId}/InferICD10CM-2.json`;
const response = { Entities: [{ Text: 'knee', BeginOffset: 12, EndOffset: 16 }], ModelVersion: '3' };

function portsWith(kept?: object) {
  const ports = portsOfVisit();
  ports.kept.documents.set(textKey, transcript.text);
  ports.kept.answers.set(`InferICD10CM ${text}`, response);
  if (kept) ports.kept.documents.set(answerKey, JSON.stringify(kept));
  return ports;
}

const answerIn = (ports: ReturnType<typeof portsWith>) =>
  JSON.parse(ports.kept.documents.get(answerKey) ?? 'null') as KeptAnswer;

test('asks for the code points of its plan item and keeps the answer before it counts', async () => {
  expect(text.startsWith('🩺')).toBe(true);
  const ports = portsWith();
  expect(await extractEntities(ports)(input)).toEqual(item);
  expect(answerIn(ports)).toEqual({ ...item, textSha256: expect.stringMatching(/^[0-9a-f]{64}$/), response });
  expect(ports.kept.effects).toEqual([
    'documents.prove medicalData',
    'clinicalText.ask InferICD10CM',
    `documents.write ${answerKey}`,
  ]);
});

test('a repeat uses the kept answer: no second call is made or paid', async () => {
  const ports = portsWith();
  const first = await extractEntities(ports)(input);
  ports.clinicalText.ask = () => Promise.reject(new Error('a second call'));
  expect(await extractEntities(ports)(input)).toEqual(first);
});

describe('a bucket that takes no writes', () => {
  const away = () => Promise.reject(new PipelineError('ServiceUnavailable', 'S3 answered 503'));

  test('is noticed before the question is paid for', async () => {
    const ports = portsWith();
    ports.documents.prove = away;
    await expect(extractEntities(ports)(input)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect(ports.kept.effects).toEqual([]);
    expect(ports.kept.measured).toEqual([]);
  });

  test('is tried for as long as the invocation lives, with the one answer', async () => {
    const ports = portsWith();
    const working = ports.documents;
    let refusals = 5;
    ports.documents = {
      ...working,
      write: (...document) => (refusals-- > 0 ? away() : working.write(...document)),
    };
    ports.whileAlive = async (work) => {
      for (;;) {
        try {
          return await work();
        } catch {}
      }
    };
    expect(await extractEntities(ports)(input)).toEqual(item);
    expect(ports.kept.effects.filter((effect) => effect.startsWith('clinicalText'))).toHaveLength(1);
    expect(answerIn(ports).response).toEqual(response);
  });

  test('in the end costs an answer, which is named and does not count', async () => {
    const ports = portsWith();
    ports.documents.write = away;
    await expect(extractEntities(ports)(input)).rejects.toMatchObject({
      name: 'AnswerNotKept',
      message: 'the answer InferICD10CM-2 was not written: ServiceUnavailable',
    });
  });
});

test('an answer to the text of an earlier normalization is asked for again', async () => {
  const ports = portsWith({ ...item, textSha256: 'of another text', response: { Entities: [] } });
  await extractEntities(ports)(input);
  expect(answerIn(ports).response).toEqual(response);
});

test('an answer to the same words elsewhere is asked for again: its offsets are of another place', async () => {
  const moved = { begin: item.begin + 3, end: item.end + 3 };
  const ports = portsWith({ ...item, ...moved, textSha256: await sha256(text), response: { Entities: [] } });
  await extractEntities(ports)(input);
  expect(answerIn(ports).response).toEqual(response);
});

describe('the first attempt at the first plan of a recording', () => {
  test('does not look for an answer that nobody can have kept', async () => {
    const ports = portsWith();
    const read: string[] = [];
    ports.documents.read = async (_, key) => {
      read.push(key);
      return undefined;
    };
    expect(await extractEntities(ports)({ ...input, isFirst: true })).toEqual(item);
    expect(read).toEqual([]);
    expect(answerIn(ports)).toMatchObject({ response });
  });

  test('is followed by attempts that do', async () => {
    const ports = portsWith();
    await extractEntities(ports)({ ...input, isFirst: true });
    ports.clinicalText.ask = () => Promise.reject(new Error('a second call'));
    expect(await extractEntities(ports)(input)).toEqual(item);
  });
});

describe('the stretch that a call reads', () => {
  const spoken = 'Ouch \u{1f915}!\nMy kne\u0301e \u{1d7d9}\u{1fa7a}';
  const points = Array.from(spoken);

  test.each(points.map((_, begin) => begin))(
    'from code point %i on is its own, whole characters and no more',
    async (begin) => {
      const ports = portsOfVisit();
      ports.kept.documents.set(textKey, spoken);
      const asked: string[] = [];
      ports.clinicalText.ask = async (_, part) => {
        asked.push(part);
        return {};
      };
      for (let end = begin + 1; end <= points.length; end += 1) {
        const call = await planned(spoken, { ...item, begin, end });
        await extractEntities(ports)({ ...stepInput, item: call, provenAt: 0, isFirst: true });
        expect(asked.at(-1)).toBe(points.slice(begin, end).join(''));
      }
    },
  );

  test.each([
    ['of the same length', transcript.text.replace('knee', 'nose')],
    ['that begins elsewhere', `So. ${transcript.text}`],
    ['whose characters are cut', `\u{1fa7a}${transcript.text}`],
    ['that ends before', 'Any pain'],
    ['that ends within', transcript.text.slice(0, -3)],
    ['without a word', ''],
  ])('of another text %s is refused: nothing is asked, nothing kept', async (_, other) => {
    const ports = portsWith();
    ports.kept.documents.set(textKey, other);
    await expect(extractEntities(ports)(input)).rejects.toMatchObject({ name: 'TextReplaced' });
    expect(ports.kept.effects).toEqual([]);
  });
});

test('a call that fails leaves no answer behind, and its name reaches the state machine', async () => {
  const ports = portsWith();
  ports.clinicalText.ask = () => Promise.reject(new PipelineError('Throttled', 'busy'));
  await expect(extractEntities(ports)(input)).rejects.toMatchObject({ name: 'Throttled' });
  expect(ports.kept.documents.has(answerKey)).toBe(false);
});

test('a text that is not there yet is asked for again', async () => {
  await expect(extractEntities(portsOfVisit())(input)).rejects.toMatchObject({ name: 'NotThereYet' });
});

test('no word of the text is in the output or the log', async () => {
  const ports = portsWith();
  const outputs = [await extractEntities(ports)(input), await extractEntities(ports)(input)];
  expect(JSON.stringify([outputs, ports.kept.logged])).not.toMatch(/knee|pain/);
});

describe('a text that the service finds too long', () => {
  const long = toTranscript(
    jobResult(
      'newer',
      conversation(
        ...Array.from({ length: 40 }, (_, n): [number, string] => [n % 2, `My knee 🩺 hurts on day ${n} again.`]),
      ),
    ),
    { recordingId, ...inspected.inspection },
  );
  const whole: PlanItem = { operation: 'InferICD10CM', n: 1, begin: 0, end: Array.from(long.text).length };
  const toInput = async () => ({ ...stepInput, item: await planned(long.text, whole), provenAt: 0, isFirst: false });
  const wholeKey = `medicalData/answers/${recordingId}/InferICD10CM-1.json`;
  const tooLong = () => Object.assign(new Error('too long'), { name: 'TextSizeLimitExceededException' });

  /** Takes at most so many characters; finds every knee. */
  function portsThatTake(characters: number) {
    const ports = portsOfVisit();
    ports.kept.documents.set(textKey, long.text);
    const asked: string[] = [];
    ports.clinicalText.ask = async (_, part) => {
      if (part.length > characters) throw tooLong();
      asked.push(part);
      const points = Array.from(part);
      const Entities = points.flatMap((_, at) =>
        points.slice(at, at + 4).join('') === 'knee' ? [{ Text: 'knee', BeginOffset: at, EndOffset: at + 4 }] : [],
      );
      return { Entities, ModelVersion: '3' };
    };
    return { ports, asked };
  }

  test('is cut again, as often as it takes, and its parts are the text', async () => {
    const { ports, asked } = portsThatTake(600);
    await extractEntities(ports)(await toInput());
    expect(asked.join('')).toBe(long.text);
    const kept = JSON.parse(ports.kept.documents.get(wholeKey) ?? '') as KeptAnswer;
    expect(kept).toMatchObject({ begin: 0, end: whole.end });
    expect(kept.calls).toHaveLength(asked.length);
    const points = Array.from(long.text);
    const found = kept.response.Entities ?? [];
    expect(found).toHaveLength(40);
    for (const { BeginOffset, EndOffset } of found) expect(points.slice(BeginOffset, EndOffset).join('')).toBe('knee');
  });

  test('pays no part twice when another fails', async () => {
    const { ports, asked } = portsThatTake(600);
    const takesAll = ports.clinicalText;
    ports.clinicalText = {
      ask: async (operation, part) => {
        if (asked.length === 2) throw new PipelineError('Throttled', 'busy');
        return takesAll.ask(operation, part);
      },
    };
    await expect(extractEntities(ports)(await toInput())).rejects.toMatchObject({ name: 'Throttled' });
    expect(ports.kept.documents.has(wholeKey)).toBe(false);
    ports.clinicalText = takesAll;
    await extractEntities(ports)(await toInput());
    expect(asked.join('')).toBe(long.text);
  });

  test('is a gap when even a short part is too long', async () => {
    const { ports } = portsThatTake(0);
    await expect(extractEntities(ports)(await toInput())).rejects.toMatchObject({
      name: 'TextSizeLimitExceededException',
    });
    expect(ports.kept.documents.has(wholeKey)).toBe(false);
  });
});

describe('a re-run', () => {
  const again = { ...input, recordingId: `${recordingId}-r3` };
  const ownKey = answerKey.replace(recordingId, again.recordingId);
  const portsOfRerun = (kept: Record<string, object>) => {
    const ports = portsOfVisit();
    ports.kept.documents.set(textKey.replace(recordingId, again.recordingId), transcript.text);
    for (const [run, answer] of Object.entries(kept)) {
      ports.kept.documents.set(answerKey.replace(recordingId, `${recordingId}${run}`), JSON.stringify(answer));
    }
    return ports;
  };
  const isAsked = ({ kept }: ReturnType<typeof portsOfRerun>) => kept.effects.includes('clinicalText.ask InferICD10CM');

  test.each<[string, readonly string[], string]>([
    ['the first', [''], ''],
    ['the newest', ['', '-r2'], '-r2'],
  ])('uses the answer that %s run has kept, and leaves it there', async (_, runs, from) => {
    const answer = { ...item, textSha256: await sha256(text), response };
    const ports = portsOfRerun(Object.fromEntries(runs.map((run) => [run, answer])));
    expect(await extractEntities(ports)(again)).toEqual({ ...item, adoptedFrom: `${recordingId}${from}` });
    expect(ports.kept.effects).toEqual([]);
    expect(ports.kept.measured).toEqual([]);
  });

  test('uses its own before any other', async () => {
    const answer = { ...item, textSha256: await sha256(text), response };
    const ports = portsOfRerun({ '': answer, '-r3': answer });
    expect(await extractEntities(ports)(again)).toEqual(item);
    expect(isAsked(ports)).toBe(false);
  });

  test.each<[string, object, object]>([
    ['an answer to another text', { textSha256: 'of another text' }, {}],
    ['an answer, when all is to be paid for anew', {}, { fresh: true }],
  ])('does not use %s', async (_, change, more) => {
    const ports = portsOfRerun({ '-r2': { ...item, textSha256: await sha256(text), response, ...change } });
    expect(await extractEntities(ports)({ ...again, ...more })).toEqual(item);
    expect(isAsked(ports)).toBe(true);
    expect(ports.kept.documents.has(ownKey)).toBe(true);
  });
});

test.each([
  ['counts for the first attempt', true, 7],
  ['counts no more after a failure', false, undefined],
])('what the plan saw of the bucket %s', async (_, isFirst, proven) => {
  const ports = portsWith();
  const seen: (number | undefined)[] = [];
  ports.documents.prove = async (_place, _key, provenAt) => seen.push(provenAt);
  await extractEntities(ports)({ ...input, provenAt: 7, isFirst });
  expect(seen).toEqual([proven]);
});
