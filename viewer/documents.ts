import type { Chart } from '../pipeline/reading/chart.ts';
import { toCaptions } from '../pipeline/reading/captions.ts';
import { toNote, toNoteText } from '../pipeline/reading/note.ts';
import type { Opened } from '../pipeline/reading/opened.ts';
import { sections } from '../pipeline/reading/patient.ts';
import { toReleased } from '../pipeline/reading/release.ts';
import { words } from './words.ts';

export const documentKinds = ['note', 'patient', 'captions'] as const;

export type DocumentKind = (typeof documentKinds)[number];

export interface PageDocument {
  text: string;
  fileName: string;
  mediaType: string;
  /** Findings that are not decided and therefore not in it. */
  unreviewed: number;
}

/** A document that is drawn from the consultation as it is reviewed now, to copy or to download. */
export function toDocument(kind: DocumentKind, opened: Opened, chart: Chart): PageDocument {
  const named = (ending: string) => `${opened.recordingId}-${kind}.${ending}`;
  const unreviewed = chart.open.findings;
  switch (kind) {
    case 'note':
      return { text: toNoteText(toNote(chart)), fileName: named('txt'), mediaType: 'text/plain', unreviewed };
    case 'patient':
      return { text: patientText(opened), fileName: named('txt'), mediaType: 'text/plain', unreviewed };
    case 'captions':
      return { text: toCaptions(chart), fileName: named('vtt'), mediaType: 'text/vtt', unreviewed: 0 };
  }
}

function patientText(opened: Opened): string {
  const released = toReleased(opened);
  const blocks = sections.flatMap((section) => {
    const lines = released.sections[section].map(({ sentence }) => `- ${sentence}`);
    return lines.length > 0 ? [[words.patientDocument[section], ...lines].join('\n')] : [];
  });
  const body = blocks.length > 0 ? blocks : [words.patientDocument.empty];
  return `${[...body, ...(released.incomplete ? [words.patientDocument.incomplete] : [])].join('\n\n')}\n`;
}
