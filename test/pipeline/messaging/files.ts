/** Small files of each type. */
export const text = (of: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(of);

export const pdf = (of = 'one'): Uint8Array<ArrayBuffer> => text(`%PDF-1.7\n% ${of}\n%%EOF\n`);

export const jpeg = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, ...text('JFIF'), 0, 1, 2, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xd9]);

export const png = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, ...text('IHDR')]);

export const heic = (): Uint8Array<ArrayBuffer> => ofBrands('heic', 'mif1', 'heic');

/** The beginning of a file of the ISO container: its major brand, and those that it is compatible with. */
export function ofBrands(major: string, ...compatible: string[]): Uint8Array<ArrayBuffer> {
  const size = 16 + 4 * compatible.length;
  return new Uint8Array([0, 0, 0, size, ...text(`ftyp${major}`), 0, 0, 0, 0, ...text(compatible.join('')), 0, 0, 0, 8]);
}
