import { type Found, type Mention, toMention } from '../../pipeline/clinical/assertion/mention.ts';
import { kindOf } from '../../pipeline/clinical/assertion/kinds.ts';
import { type Stated, toStated } from '../../pipeline/clinical/assertion/rules/stated.ts';
import { readTalk, type Talk } from '../../pipeline/clinical/assertion/talk.ts';
import type { Trait } from '../../pipeline/clinical/entities.ts';
import { type Transcript, turnAt } from '../../pipeline/transcript/transcript.ts';
import type { Line } from './jobResults.ts';
import { transcriptOf } from './transcriptOf.ts';

/** Who speaks a line: clinician, patient, another patient, somebody else, nobody knows who. */
const speakers: Readonly<Record<string, number>> = { C: 0, P: 1, Q: 2, O: 3, U: 4 };
const roles = { spk_0: 'clinician', spk_1: 'patient', spk_2: 'patient', spk_3: 'other' } as const;

const kinds: Readonly<Record<string, [category: string, type: string]>> = {
  '': ['MEDICAL_CONDITION', 'DX_NAME'],
  '+': ['MEDICATION', 'GENERIC_NAME'],
  '#': ['TEST_TREATMENT_PROCEDURE', 'TEST_NAME'],
  '@': ['ANATOMY', 'SYSTEM_ORGAN_SITE'],
};
const mark = /\[([+#@]?)([^\]]+)\]/gu;

/** A talk, and the mentions in it before anything is said about whether they are there. */
export interface Marked {
  transcript: Transcript;
  found: Found[];
}

/**
 * Reads lines such as `C: Any [fever]?` and `P: I take [+ramipril].`: a mention stands in brackets, with `+` before a
 * medicine, `#` before a test and `@` before a part of the body. A string holds lines with ` / ` between them.
 */
export function marked(dialogue: string | readonly string[], traits: readonly Trait[] = []): Marked {
  const lines = typeof dialogue === 'string' ? dialogue.split(' / ') : dialogue;
  const said = lines.map((line): Line => [speakers[line.charAt(0)] ?? 9, line.slice(3).replaceAll(mark, '$2')]);
  const transcript = transcriptOf(said, { roles });
  const points = Array.from(transcript.text);
  const found: Found[] = [];
  let lineBegin = 0;
  for (const [at, line] of lines.entries()) {
    let [begin, read] = [lineBegin, 3];
    for (const { 0: whole, 1: kind = '', 2: text = '', index } of line.matchAll(mark)) {
      begin += lengthOf(line.slice(read, index));
      const span = { begin, end: begin + lengthOf(text), text };
      if (points.slice(begin, span.end).join('') !== text)
        throw new Error(`"${text}" does not stand where it is marked`);
      found.push(toFound(transcript, span, kind, traits));
      [begin, read] = [span.end, index + whole.length];
    }
    lineBegin += lengthOf(said[at]?.[1] ?? '') + 1;
  }
  return { transcript, found };
}

const lengthOf = (text: string) => Array.from(text).length;

function toFound(
  { turns }: Transcript,
  span: { begin: number; end: number; text: string },
  kind: string,
  traits: readonly Trait[],
): Found {
  const [category = '', type = ''] = kinds[kind] ?? [];
  const { index: turn, speaker, role, startMs, endMs } = turnAt(turns, span.begin);
  const rest = { score: 0.9, startMs, endMs, attributes: [], codes: [] };
  return { ...span, category, type, turn, speaker, role, traits: [...traits], ...rest };
}

/** The first mention of a dialogue, as the rules for what is stated read it. */
export function statedIn(dialogue: string, traits: readonly string[] = []): Stated {
  const { transcript, found } = marked(dialogue);
  const [mention] = found;
  const turn = mention && transcript.turns[mention.turn];
  if (!turn) throw new Error(`nothing is marked in "${dialogue}"`);
  return toStated(transcript, turn, mention, (trait) => traits.includes(trait));
}

const without = 'it is what i say when you ask me again and so we go on'.split(' ');
const mentions = 'the [pain] with [+aspirin] that i do not take before [#x-ray]'.split(' ');

/** Words without a mark; among so many of them, three are mentions. */
export function onAndOn(count: number, among: number): string {
  const wordAt = (n: number) => mentions[n % among] ?? without[n % without.length] ?? '';
  return Array.from({ length: count }, (_, n) => wordAt(n)).join(' ');
}

/** The talk and the mentions of a dialogue as their cues are read: the rules have found all of them present. */
export function mentionsIn(dialogue: string, traits: readonly Trait[] = []): { talk: Talk; mentions: Mention[] } {
  const { transcript, found } = marked(dialogue, traits);
  const mentions = found.flatMap((entity) => {
    const [kind, turn] = [kindOf(entity), transcript.turns[entity.turn]];
    const ruling = { status: 'present', reason: 'stated' } as const;
    return kind && turn ? [toMention(turn, { kind, entity, name: entity.text.toLowerCase(), ruling })] : [];
  });
  return { talk: readTalk(transcript), mentions };
}
