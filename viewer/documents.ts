import type { Chart } from '../pipeline/reading/chart.ts';
import { toBundle } from '../pipeline/reading/fhir.ts';
import { toCaptions } from '../pipeline/reading/captions.ts';
import { toNote, toNoteText } from '../pipeline/reading/note.ts';
import type { Opened } from '../pipeline/reading/opened.ts';
import { sections } from '../pipeline/reading/patient.ts';
import { toReleased } from '../pipeline/reading/release.ts';
import { laterWords } from './laterWords.ts';

export const documentKinds = ['note', 'patient', 'captions', 'fhir'] as const;

export type DocumentKind = (typeof documentKinds)[number];

export interface PageDocument {
  text: string;
  fileName: string;
  mediaType: string;
  /** What it does with the findings that nobody has decided on; null where there are none, or none belongs in it. */
  unreviewed: string | null;
}

/**
 * A document that is drawn from the consultation as it is reviewed now, to copy or to download.
 * @param base where the deployment is reached
 */
export function toDocument(kind: DocumentKind, opened: Opened, chart: Chart, base: string): PageDocument {
  const named = (ending: string) => `${opened.recordingId}-${kind}.${ending}`;
  const { findings } = chart.open;
  const leftOut = findings > 0 ? laterWords.dialogs.unreviewed(findings) : null;
  const marked = findings > 0 ? laterWords.dialogs.unreviewedInFhir(findings) : null;
  switch (kind) {
    case 'note':
      return { text: toNoteText(toNote(chart)), fileName: named('txt'), mediaType: 'text/plain', unreviewed: leftOut };
    case 'patient':
      return { text: patientText(opened), fileName: named('txt'), mediaType: 'text/plain', unreviewed: leftOut };
    case 'captions':
      return { text: toCaptions(chart), fileName: named('vtt'), mediaType: 'text/vtt', unreviewed: null };
    case 'fhir':
      return {
        text: JSON.stringify(toBundle(chart, { base })),
        fileName: named('json'),
        mediaType: 'application/fhir+json',
        unreviewed: marked,
      };
  }
}

function patientText(opened: Opened): string {
  const released = toReleased(opened);
  const blocks = sections.flatMap((section) => {
    const lines = released.sections[section].map(({ sentence }) => `- ${sentence}`);
    return lines.length > 0 ? [[laterWords.patientDocument[section], ...lines].join('\n')] : [];
  });
  const body = blocks.length > 0 ? blocks : [laterWords.patientDocument.empty];
  return `${[...body, ...(released.incomplete ? [laterWords.patientDocument.incomplete] : [])].join('\n\n')}\n`;
}
