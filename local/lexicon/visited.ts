/** Specialists, clinics and services: treatment where somebody is sent to one, has been, or is to go. */
import { listOf } from '../../pipeline/phrases.ts';
import type { Entry } from './lexicon.ts';
import { sentenceBefore } from './tokens.ts';
import type { Document, Span } from './tokens.ts';

const leads = new RegExp(
  ` (?:${listOf`
    refer|refers|referred|referring|referral|send|sends|sent|sending|see|sees|seen|seeing|saw|visit|visits|visited
    under|with|via|by|to|ask|asks|asked|speak|spoke|spoken|talk|talked|book|booked|arrange|arranged|involve|get|got
    appointment|appointments|need|needs|needed|have|has|had|having|attend|attends|attended|go|goes|gone|going|went|been
    call|called|ring|phone|contact|took|take|taken|letter from|told|tells|says|said|want|wants|like|try|tried|and|or|about
  `}) (?:(?:\\S+ ){0,4})$`,
);

/** The things that a name can be where it stands, of which one may be somebody to be sent to. */
export function asVisited(document: Document, span: Span, entries: readonly Entry[]): readonly Entry[] {
  if (!entries.some(isVisited)) return entries;
  return leads.test(sentenceBefore(document, span, 60)) ? entries : entries.filter((entry) => !isVisited(entry));
}

function isVisited(entry: Entry): boolean {
  return entry.type === 'test' && entry.when === 'visited';
}
