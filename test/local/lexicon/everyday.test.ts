import { expect, test } from 'vitest';
import { detect } from './reading.ts';

const words = (text: string): string[] => detect(text).map(({ Text }) => Text);

test.each([
  'it was very cold outside in the water',
  "I'm fit and well, thanks",
  'come back in a week and look back',
  'get back to me',
  'all right, that is right now then',
  'I left work early',
  'over a period of time',
  "I'm sick of waiting",
  'and like I said, fine, well, OK',
  'keep an eye on it',
  'we can talk face to face',
  'on the other hand',
  'he is six feet tall',
  'a chest of drawers',
  'it may march on',
  'he stroked the cat, a stroke of luck',
  'that aids us, as am I',
  'drink plenty of water',
  'my name is on the door',
  'I am on a pill for that',
  'a private place',
  'we sat down, he sat in the car',
  'at home, just chilling',
  'use a a a towel',
  'out of the asthma clinic',
  'the diabetes nurse rang',
  'on the stroke unit',
  'the rapid access chest pain clinic',
  'you had the COVID one too',
  "I'm on my way to the doctor's surgery",
  'I had a drink of water',
  'a pint of milk and a can of diet coke',
  'root beer',
  'we drink it with lemon',
  'a pot of tea',
  'the drugs that I give you for this',
])('nothing medical: %s', (text) => {
  expect(words(text)).toEqual([]);
});

test.each([
  ["I've got a cold", 'cold'],
  ['he had a fit in the shop', 'fit'],
  ['my back is sore', 'back is sore'],
  ['my period is late', 'period is late'],
  ['my eye is red', 'eye is red'],
  ['she had a stroke', 'stroke'],
  ['her sats are low', 'sats'],
  ['oxygen sat of 94', 'oxygen sat'],
  ['O2 sats dropped', 'O2 sats'],
  ['chills all night', 'chills'],
  ['take your pain killers', 'pain killers'],
  ['I had a hypo on the bus', 'hypo'],
  ['surgery on her knee', 'surgery'],
  ['the skin on my hand', 'hand'],
  ['my tummy', 'tummy'],
  ['twenty fags a day', 'fags'],
  ["I don't touch a drop", 'touch a drop'],
  ["I haven't had a drink in years", 'a drink'],
  ['a couple of glasses of wine', 'glasses of wine'],
  ['a pint on a Friday', 'pint'],
  ['a joint now and then', 'joint now and then'],
  ['any drugs?', 'drugs'],
  ['have you ever done coke', 'coke'],
  ['around my tailbone', 'tailbone'],
])('medical: %s', (text, expected) => {
  expect(words(text)).toContain(expected);
});
