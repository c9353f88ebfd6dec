import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSsml, readSsml } from '../../../pipeline/speech/ssml.ts';

test.each([
  ['<speak>Hello</speak>', true],
  ['<speak xml:lang="en-GB">Hello</speak>', true],
  ['<speak>', true],
  ['<speaker>Hello</speaker>', false],
  [' <speak>Hello</speak>', false],
  ['Take < 2 tablets & rest', false],
])('%j is meant as SSML: %j', (text, expected) => {
  expect(isSsml(text)).toBe(expected);
});

const both = ['neural', 'standard'];

test.each<[ssml: string, said: string, engines: string[]]>([
  ['<speak>Hello</speak>', 'Hello', both],
  ['<speak>One<break time="500ms"/>two</speak>\n', 'Onetwo', both],
  ["<speak  xml:lang = 'en-GB' >a > b</speak >", 'a > b', both],
  ['<speak>5 &lt; 6 &amp; more</speak>', '5 &lt; 6 &amp; more', both],
  ['<speak><p><s>Take it <prosody rate="slow">daily</prosody>.</s></p></speak>', 'Take it daily.', both],
  ['<speak><sub alias="milligrams &amp; more">mg</sub></speak>', 'mg', both],
  ['<speak><say-as interpret-as="date" format="dmy">1.2.2026</say-as></speak>', '1.2.2026', both],
  ['<speak><phoneme alphabet="ipa" ph="ˈæs.pɪ.ɹɪn">aspirin</phoneme></speak>', 'aspirin', both],
  ['<speak><emphasis level="strong">never</emphasis></speak>', 'never', ['standard']],
  ['<speak><prosody pitch="low">never</prosody></speak>', 'never', ['standard']],
  ['<speak><amazon:effect name="whispered">hush</amazon:effect></speak>', 'hush', ['standard']],
  ['<speak><amazon:effect name="drc">loud</amazon:effect></speak>', 'loud', both],
  ['<speak><sub alias="whispered">w</sub></speak>', 'w', both],
  ['<speak>خذ قرصًا واحدًا 💊</speak>', 'خذ قرصًا واحدًا 💊', both],
])('%s', (ssml, said, engines) => {
  expect(readSsml(ssml)).toEqual({ said, engines });
});

describe('refused, by the place and without a word of it', () => {
  test.each<[what: string, ssml: string, at: number]>([
    ['a document type', '<speak><!DOCTYPE speak [<!ENTITY Ngozi "Ngozi">]>Ngozi</speak>', 8],
    ['an entity of its own', '<speak>&Ngozi;</speak>', 8],
    ['a reference by number', '<speak>&#78;gozi</speak>', 8],
    ['an entity in an attribute', '<speak><sub alias="&Ngozi;">x</sub></speak>', 8],
    ['a comment', '<speak><!-- Ngozi -->x</speak>', 8],
    ['an instruction', '<speak><?Ngozi?>x</speak>', 8],
    ['CDATA', '<speak><![CDATA[Ngozi]]></speak>', 8],
    ['a bare ampersand', '<speak>Ngozi & I</speak>', 14],
    ['a bare sign', '<speak>Ngozi < 5</speak>', 14],
    ['another tag', '<speak><audio src="https://Ngozi.example"/></speak>', 8],
    ['a tag in another case', '<speak><P>Ngozi</P></speak>', 8],
    ['a tag called like what all objects have', '<speak><constructor>Ngozi</constructor></speak>', 8],
    ['another attribute', '<speak><break ngozi="1"/></speak>', 8],
    ['an attribute called like what all objects have', '<speak><break toString="1"/></speak>', 8],
    ['an attribute twice', '<speak><break time="1s" time="2s"/></speak>', 8],
    ['an attribute without quotes', '<speak><break time=1s/></speak>', 8],
    ['a pause of an hour', '<speak><break time="3600s"/></speak>', 8],
    ['tags that cross', '<speak><p><s>Ngozi</p></s></speak>', 19],
    ['a tag without its end', '<speak><p>Ngozi</speak>', 16],
    ['no end at all', '<speak>Ngozi', 13],
    ['an end alone', '<speak>Ngozi</p></speak>', 13],
    ['an end with an attribute', '<speak>Ngozi</speak time="1s">', 13],
    ['text behind it', '<speak>x</speak>Ngozi', 17],
    ['another document behind it', '<speak>x</speak><speak>Ngozi</speak>', 17],
    ['one within it', '<speak><speak>Ngozi</speak></speak>', 8],
    ['an empty one', '<speak/>', 1],
    ['a tag behind it', '<speak>x</speak><break/>', 17],
  ])('%s', (_, ssml, at) => {
    const message = expect.stringMatching(new RegExp(`, at character ${at}: (?!.*ngozi)`, 'i')) as string;
    expect(() => readSsml(ssml)).toThrow(expect.objectContaining({ code: 'InvalidRequest', status: 400, message }));
  });
});

test('tags stand in one another, but not without end', () => {
  const nested = (deep: number) => `<speak>${'<p>'.repeat(deep)}x${'</p>'.repeat(deep)}</speak>`;
  expect(readSsml(nested(15)).said).toBe('x');
  expect(() => readSsml(nested(16))).toThrow(/at character 53: tags within more than 16 others/);
});

test.each([
  ['blanks in a tag', `<speak><p${' '.repeat(5_990)}`],
  ['names', `<speak><${'a'.repeat(5_990)}`],
  ['attributes', `<speak><p ${'a="" '.repeat(1_190)}`],
  ['quotes', `<speak><sub alias="${'&amp;'.repeat(1_190)}`],
  ['tags that open', '<p>'.repeat(2_000)],
])('a long text of nothing but %s is refused as soon as any other', (_, text) => {
  expect(() => readSsml(text)).toThrow(/no SSML/);
});

test('what is said is the text, whatever tags stand between', () => {
  const words = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[<&]/.test(text));
  const tags = fc.constantFrom(['<p>', '</p>'], ['<break time="1s"/>', ''], ['<prosody rate="slow">', '</prosody>']);
  fc.assert(
    fc.property(fc.array(fc.tuple(words, tags), { minLength: 1 }), (parts) => {
      const inner = parts.map(([text, [begin, end]]) => `${begin}${text}${end}`).join('');
      expect(readSsml(`<speak>${inner}</speak>`).said).toBe(parts.map(([text]) => text).join(''));
    }),
  );
});
