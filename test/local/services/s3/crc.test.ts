import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combineCrc, crc32cHasher, crc32Hasher, crc64nvmeHasher } from '../../../../local/services/s3/crc.ts';

const hashers = { CRC32: crc32Hasher, CRC32C: crc32cHasher, CRC64NVME: crc64nvmeHasher };

function crcOf(name: keyof typeof hashers, ...pieces: Uint8Array[]): Buffer {
  const hasher = hashers[name]();
  for (const piece of pieces) hasher.update(piece);
  return hasher.digest();
}

// The check values that the catalogues of CRCs give for the nine digits.
test.each([
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
] as const)('%s of "123456789" is %s', (name, expected) => {
  expect(crcOf(name, Buffer.from('123456789')).toString('hex')).toBe(expected);
});

test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('%s of a whole follows from those of its parts', (name) => {
  const anyBytes = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(anyBytes, anyBytes, (first, second) => {
      const combined = combineCrc(name, crcOf(name, first), crcOf(name, second), second.length);
      expect(combined).toEqual(crcOf(name, first, second));
    }),
  );
});
