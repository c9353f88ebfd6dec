import { expect, test } from 'vitest';
import { enginesOf, tags } from '../../../pipeline/speech/tags.ts';

const given = (attributes: Record<string, string>) => new Map(Object.entries(attributes));

test.each<[string, Record<string, string>, string[] | undefined]>([
  ['break', {}, ['neural', 'standard']],
  ['break', { time: '10s' }, ['neural', 'standard']],
  ['break', { time: '11s' }, undefined],
  ['break', { time: '10001ms' }, undefined],
  ['break', { strength: 'huge' }, undefined],
  ['lang', { 'xml:lang': 'fr-FR' }, ['neural', 'standard']],
  ['lang', { 'xml:lang': 'French!' }, undefined],
  ['prosody', { rate: 'slow', volume: 'loud' }, ['neural', 'standard']],
  ['prosody', { rate: 'slow', 'amazon:max-duration': '2s' }, ['standard']],
  ['amazon:effect', { name: 'whispered' }, ['standard']],
  ['amazon:effect', { phonation: 'soft' }, ['standard']],
  ['amazon:effect', { name: 'shouted' }, undefined],
  ['amazon:domain', { name: 'news' }, undefined],
  ['emphasis', { level: 'strong' }, ['standard']],
  ['toString', {}, undefined],
])('%s with %j', (name, attributes, engines) => {
  expect(enginesOf(name, given(attributes))).toEqual(engines);
});

test('only standard voices breathe, emphasize and whisper', () => {
  const alone = Object.keys(tags).filter((name) => enginesOf(name, given({}))?.join() === 'standard');
  expect(alone).toEqual(['emphasis', 'amazon:auto-breaths', 'amazon:breath']);
});
