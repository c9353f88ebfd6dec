import { describe, expect, test } from 'vitest';
import type { FileType } from '../../../pipeline/messaging/attachment.ts';
import { toFileName } from '../../../pipeline/messaging/fileName.ts';

const pdf = 'application/pdf';

test.each<[what: string, given: string, contentType: FileType, kept: string]>([
  ['as it is', 'Befund 12:30.pdf', pdf, 'Befund 12:30.pdf'],
  ['in capitals', 'SCAN.PDF', pdf, 'SCAN.PDF'],
  ['by its other ending', 'knee.jpeg', 'image/jpeg', 'knee.jpeg'],
  ['of the container', 'IMG_0001.heif', 'image/heic', 'IMG_0001.heif'],
  ['without an ending', 'knee', 'image/png', 'knee.png'],
  ['with a dot that ends nothing', 'Dr. Mbeki, letter', pdf, 'Dr. Mbeki, letter.pdf'],
  ['with blanks and dots around it', ' .. a   b.pdf. ', pdf, 'a b.pdf'],
  ['with a blank of another width', 'a\u2003b.pdf', pdf, 'a b.pdf'],
  ['decomposed', 'Mu\u0308ller.pdf', pdf, 'Müller.pdf'],
  ['written from right to left', 'تقرير.pdf', pdf, 'تقرير.pdf'],
  ['with a joiner of its script', 'می\u200cخواهم.pdf', pdf, 'می\u200cخواهم.pdf'],
  ['with emojis, one of them of several', '🦵👩\u200d⚕️❤️.png', 'image/png', '🦵👩\u200d⚕️❤️.png'],
  ['as long as may be', `${'é'.repeat(125)}a.pdf`, pdf, `${'é'.repeat(125)}a.pdf`],
])('%s', (_, given, contentType, kept) => expect(toFileName(given, contentType)).toBe(kept));

describe('a name that could be taken for something else is refused, and not repeated', () => {
  test.each<[what: string, given: string, contentType?: FileType]>([
    ['a folder', '../secret.pdf'],
    ['a folder of Windows', 'C:\\secret.pdf'],
    ['a line', 'secret\n.pdf'],
    ['a null', 'secret.pdf\u0000.exe'],
    ['an override of the direction', 'secret\u202Efdp.exe'],
    ...[
      '\u200e',
      '\u200f',
      '\u202a',
      '\u202b',
      '\u202c',
      '\u202d',
      '\u2066',
      '\u2067',
      '\u2068',
      '\u2069',
      '\u061c',
    ].map((mark): [string, string] => [`the mark ${mark.charCodeAt(0).toString(16)}`, `secret${mark}.pdf`]),
    ['a blank without width', 'secret\u200b.pdf'],
    ['a separator of paragraphs', 'secret\u2029.pdf'],
    ['letters that only machines read', 'secret\u{E0041}.pdf'],
    ['half a character', 'secret\ud800.pdf'],
    ['nothing', ''],
    ['nothing but dots', '. ..'],
    ['nothing but a joiner', '\u200d'],
    ["another type's ending", 'secret.exe'],
    ["another type's ending behind its own", 'secret.pdf.exe'],
    ['another of the types', 'secret.png', 'image/jpeg'],
    ['too many bytes', `${'é'.repeat(126)}.pdf`],
    ['too many bytes with the ending that it lacks', 'a'.repeat(252)],
  ])('%s', (_, given, contentType = pdf) => {
    let refused: unknown;
    try {
      toFileName(given, contentType);
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ code: 'FileNameNotAllowed', status: 400 });
    expect((refused as Error).message).not.toMatch(/secret|é/);
  });
});

test('a name as long as a whole body is refused before anything is done with it', () => {
  // Trimmed, it would be a good one.
  expect(() => toFileName(`a.pdf${'.'.repeat(60_000)}`, pdf)).toThrow('has more than 255 bytes');
});

test('a dot in front of the ending alone is no name', () => {
  // Without the dots around it, it is the word.
  expect(toFileName('.pdf', pdf)).toBe('pdf.pdf');
});
