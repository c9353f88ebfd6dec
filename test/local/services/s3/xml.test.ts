import { expect, test } from 'vitest';
import { childText, parseXml, toXml } from '../../../../local/services/s3/xml.ts';

test.each(['plain', 'a & b < c > "d"', "it's", 'é 😀', '&amp;', 'one\r\ntwo\tthree', ']]>'])(
  'text %j comes back as it was written',
  (text) => {
    expect(childText(parseXml(toXml('Root', { Key: text })), 'Key')).toBe(text);
  },
);

test('prefixes, attributes, comments and CDATA are read over', () => {
  const source = `<?xml version="1.0"?><!-- hello --><s3:Delete xmlns:s3="urn:x" a="<"><s3:Key><![CDATA[a<b]]></s3:Key><Quiet/></s3:Delete>`;
  const document = parseXml(source.replace('a="<"', 'a="1"'));
  expect(document.name).toBe('Delete');
  expect(childText(document, 'Key')).toBe('a<b');
  expect(childText(document, 'Quiet')).toBe('');
  expect(childText(document, 'Other')).toBeUndefined();
});

test.each(['', 'text', '<a>', '<a></b>', '</a>', '<a/><b/>', '<a>&nope;</a>', '<!DOCTYPE a><a/>', '<a><b</a>'])(
  '%j is malformed',
  (source) => {
    expect(() => parseXml(source)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  },
);
