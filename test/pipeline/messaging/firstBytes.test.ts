import { expect, test } from 'vitest';
import { fileTypes, type FileType } from '../../../pipeline/messaging/attachment.ts';
import { isOfType } from '../../../pipeline/messaging/firstBytes.ts';
import { jpeg, heic, ofBrands, pdf, png, text } from './files.ts';

test.each<[what: string, bytes: Uint8Array, types: FileType[]]>([
  ['a PDF', pdf(), ['application/pdf']],
  ['a JPEG', jpeg(), ['image/jpeg']],
  ['a PNG', png(), ['image/png']],
  ['a HEIC of a phone', heic(), ['image/heic']],
  ['one that names the container first', ofBrands('mif1', 'mif1', 'heic'), ['image/heic']],
  ['one of ten bits', ofBrands('heix', 'mif1'), ['image/heic']],
  ['an AVIF', ofBrands('avif', 'mif1', 'miaf'), []],
  ['a video', ofBrands('isom', 'mp42'), []],
  ['a box that says it is longer than what there is', ofBrands('heic').with(3, 255), []],
  ['a box of no length', ofBrands('heic').with(3, 0), []],
  ['a box whose length is that of no brands', ofBrands('heic', 'mif1').with(3, 21), []],
  ['a web page', text('<!doctype html><script>alert(1)</script>'), []],
  ['a page that has a PDF in it', text('<html>%PDF-1.7'), []],
  ['a program', text('MZ\u0090\u0000'), []],
  ['half a signature', png().subarray(0, 4), []],
  ['nothing', new Uint8Array(), []],
])('%s is of the types %#', (_, bytes, types) => {
  const possible = (Object.keys(fileTypes) as FileType[]).filter((type) => isOfType(type, bytes));
  expect(possible).toEqual(types);
});

test('the bytes may be part of more', () => {
  const within = new Uint8Array([1, 2, 3, ...heic(), 9]);
  expect(isOfType('image/heic', within.subarray(3))).toBe(true);
});
