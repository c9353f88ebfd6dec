import type {
  Composition,
  CompositionSection,
  Device,
  DocumentReference,
  Narrative,
  Practitioner,
} from '@medplum/fhirtypes';
import type { Gap } from '../../clinical/extraction.ts';
import { type FindingList, lists } from '../../clinical/finding.ts';
import { turnAt } from '../../transcript/transcript.ts';
import type { Chart, Signature } from '../chart.ts';
import { toClock } from '../clock.ts';
import { type Clinical, encounterOf, type Frame, type Given, identifierOf, patientOf } from './frame.ts';
import { toItem } from './narrative.ts';
import { practitionerPath } from './people.ts';
import { assertedBy, concept, toLanguageTag } from './terms.ts';
import { type Content, element, narrative } from './xhtml.ts';

/** A finding of the document, what it became, and what is withdrawn of what it was. */
export interface Shown extends Given {
  entries: Clinical[];
  withdrawn: Clinical[];
}

const titles: Readonly<Record<FindingList, string>> = {
  allergies: 'Allergies',
  problems: 'Problems',
  medications: 'Medicines',
  tests: 'Tests',
  procedures: 'Procedures',
  ruledOut: 'Said not to be so',
  familyHistory: 'Family history',
  pastHistory: 'Past history',
  socialHistory: 'Social history',
  possible: 'Possible, to be checked',
};

const statuses: Readonly<Record<Signature, Composition['status']>> = {
  unsigned: 'preliminary',
  signed: 'final',
  amended: 'amended',
};

/** The first resource of the document: what it is, who answers for it, and all that was found, as people read it. */
export function toComposition(frame: Frame, shown: readonly Shown[]): Composition {
  const { chart, names } = frame;
  const { recording, signature, recordingId } = chart;
  const signer =
    recording.signedBy === null ? undefined : names.ref<Practitioner>(practitionerPath(recording.signedBy));
  const isSigned = signature !== 'unsigned';
  return {
    resourceType: 'Composition',
    id: names.id('Composition'),
    meta: { security: [assertedBy(isSigned)] },
    language: toLanguageTag(recording.language),
    identifier: identifierOf(frame, 'recording', recordingId),
    status: statuses[signature],
    type: concept('loinc', '11488-4', 'Consult note'),
    subject: patientOf(frame),
    encounter: encounterOf(frame),
    date: recording.storedAt,
    author: [names.ref<Device>('Device'), ...(isSigned && signer ? [signer] : [])],
    title: isSigned ? 'Consultation' : 'Consultation, prepared by machine',
    ...(isSigned && {
      attester: [
        {
          mode: 'legal',
          ...(recording.signedAt !== null && { time: recording.signedAt }),
          ...(signer && { party: signer }),
        },
      ],
    }),
    section: [
      ...toNotRead(chart),
      ...lists.map((list) => toSection(frame, list, shown)),
      ...toWithdrawals(shown),
      toSources(frame),
    ],
  };
}

function toSection({ chart }: Frame, list: FindingList, shown: readonly Shown[]): CompositionSection {
  const own = shown.filter(({ finding }) => finding.list === list && finding.decision !== 'wrong');
  const items = own.map(({ anchor, finding }) => toItem(anchor, finding));
  const entry = own.flatMap(({ entries }) => entries).map(({ id = '' }) => ({ reference: `urn:uuid:${id}` }));
  const empty = emptyReasonOf(chart, list);
  return {
    title: titles[list],
    // Findings that are no entries stand in the text alone.
    text: textWith(items.length > 0 ? element('ul', ...items) : element('p', empty.text)),
    ...(entry.length > 0 && { entry }),
    ...(items.length === 0 && { emptyReason: concept('emptyReason', empty.code) }),
  };
}

/** Never `nilknown`: that there is nothing is a clinician's statement. */
function emptyReasonOf(
  { recording, quality, gaps, notLookedFor }: Chart,
  list: FindingList,
): { code: 'notasked' | 'unavailable'; text: string } {
  if (notLookedFor.includes(list)) {
    return { code: 'unavailable', text: 'Not looked for: the results are of an earlier version.' };
  }
  if (recording.status === 'not_coded') {
    return {
      code: 'unavailable',
      text: 'Not read: the words were transcribed, and no findings were looked for in this language or region.',
    };
  }
  if (quality.flags.includes('no-speech')) return { code: 'unavailable', text: 'No speech was recognized.' };
  if (gaps.length > 0) return { code: 'unavailable', text: 'Nothing was found, and a part of the talk was not read.' };
  if (isCutShort({ quality })) {
    return { code: 'unavailable', text: 'Nothing was found, and a part of the talk is not in the recording.' };
  }
  return { code: 'notasked', text: 'Nothing of this was mentioned.' };
}

const isCutShort = ({ quality }: Pick<Chart, 'quality'>) => quality.flags.includes('truncated');

function toNotRead(chart: Chart): CompositionSection[] {
  const missing = isCutShort(chart) ? ['The recording is cut short: something that was said is not in it.'] : [];
  const lines = [...missing, ...chart.gaps.map((gap) => describeGap(gap, chart))].map((line) => element('li', line));
  if (lines.length === 0) return [];
  return [{ title: 'Not read', text: textWith(element('ul', ...lines)) }];
}

function describeGap({ operation, begin, end, error }: Gap, { turns }: Chart): string {
  const failure = `${operation} failed with ${error}`;
  if (turns.length === 0) return failure;
  const [first, last] = [turnAt(turns, begin), turnAt(turns, Math.max(begin, end - 1))];
  return `${toClock(first.startMs)} to ${toClock(last.endMs)}: ${failure}`;
}

/** What was given to somebody and is wrong. */
function toWithdrawals(shown: readonly Shown[]): CompositionSection[] {
  const own = shown.filter(({ withdrawn }) => withdrawn.length > 0);
  if (own.length === 0) return [];
  const dropped = own.filter(({ finding }) => finding.decision === 'wrong');
  const moved = own.filter(({ finding }) => finding.decision !== 'wrong');
  return [
    {
      title: 'Withdrawn',
      text: textWith(
        element(
          'ul',
          ...dropped.map(({ anchor, finding }) => toItem(anchor, finding)),
          ...moved.map(({ finding }) =>
            element('li', element('p', finding.label), element('p', `now: ${finding.status}`)),
          ),
        ),
      ),
      entry: own.flatMap(({ withdrawn }) => withdrawn).map(({ id = '' }) => ({ reference: `urn:uuid:${id}` })),
    },
  ];
}

function toSources({ names }: Frame): CompositionSection {
  return {
    title: 'Sources',
    text: textWith(element('p', 'The recording of the consultation and its transcript.')),
    entry: [
      names.ref<DocumentReference>('DocumentReference/recording'),
      names.ref<DocumentReference>('DocumentReference/transcript'),
    ],
  };
}

/** `additional`: there may be more in it than in the entries. */
const textWith = (...contents: readonly Content[]): Narrative => ({
  status: 'additional',
  div: narrative(...contents),
});
