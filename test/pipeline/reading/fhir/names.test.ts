import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Names, uuidOf } from '../../../../pipeline/reading/fhir/names.ts';

/** RFC 9562, 5.5, by Node's own digest. */
function byNode(name: string): string {
  const namespace = Buffer.from('6f0f4f0e5d0b4f6c9a530c1d8a6e4b27', 'hex');
  const hex = createHash('sha1').update(namespace).update(name, 'utf8').digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `${variant}${hex.slice(18, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

test('a name has one UUID of version 5', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      expect(uuidOf(name)).toBe(byNode(name));
    }),
  );
});

test('the name of a resource is that of its recording and its path', () => {
  expect(new Names('rec-1').id('Patient')).toBe(uuidOf('rec-1/Patient'));
  expect(new Names('rec-2').id('Patient')).not.toBe(new Names('rec-1').id('Patient'));
  expect(new Names('rec-1').ref('Patient')).toEqual({ reference: `urn:uuid:${uuidOf('rec-1/Patient')}` });
});
