import { CaseError } from '../caseError.ts';

export interface Decoded {
  text: string;
  /** The encoding that was taken where the file does not say. */
  notes: string[];
}

/**
 * The text of a words file in UTF-8 or, with its mark, in UTF-16, as Windows writes it; without the mark itself.
 * @throws CaseError for bytes that are no text
 */
export function decode(bytes: Uint8Array, isJson: boolean): Decoded {
  const [first = 0, second = 0] = bytes;
  if (first === 0xff && second === 0xfe) return { text: new TextDecoder('utf-16le').decode(bytes), notes: [] };
  if (first === 0xfe && second === 0xff) return { text: new TextDecoder('utf-16be').decode(bytes), notes: [] };
  if (bytes.subarray(0, 4096).includes(0)) {
    throw new CaseError('it is no text; the recording comes first, and its words after --words');
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), notes: [] };
  } catch {
    // whisper.cpp writes tokens that are half a character: its JSON is broken there, and only there.
    if (isJson) return { text: new TextDecoder('utf-8').decode(bytes), notes: [] };
    return { text: new TextDecoder('windows-1252').decode(bytes), notes: ['not UTF-8: read as Windows-1252'] };
  }
}
