import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { toZip } from '../../infra/zip.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const files = new Map([
  ['pipeline/steps/a.mjs', bytes('a'.repeat(10_000))],
  ['shared/empty.mjs', bytes('')],
  ['shared/ä.mjs', bytes('import "ö";')],
]);

test('what is unpacked is what was packed', () => {
  expect(unzipSync(toZip(files))).toEqual(Object.fromEntries(files));
});

test('the same files give the same bytes, and are smaller', () => {
  const copy = new Map([...files].map(([path, content]) => [path, content.slice()]));
  expect(Buffer.compare(toZip(files), toZip(copy))).toBe(0);
  expect(toZip(files).length).toBeLessThan(1_000);
});

test('another content under the same name gives another zip', () => {
  const changed = new Map([...files, ['shared/empty.mjs', bytes('b')]]);
  expect(Buffer.compare(toZip(files), toZip(changed))).not.toBe(0);
  expect(unzipSync(toZip(changed))['shared/empty.mjs']).toEqual(bytes('b'));
});
