import { expect, test } from 'vitest';
import { actionOf, keys, type Press } from '../../viewer/keys.ts';

const press = (key: string, focus: Press['focus'] = 'page', hasModifier = false) => ({ key, focus, hasModifier });

test.each<[string, Press, ReturnType<typeof actionOf>]>([
  ['a letter', press('j'), ['next', 0]],
  ['a digit, with its number', press('3'), ['pick', 3]],
  ['Enter on a line', press('Enter', 'line'), ['hear', 0]],
  ['Enter on another button is the button', press('Enter', 'control'), undefined],
  ['space on a line', press(' ', 'line'), ['play', 0]],
  ['Shift and s signs, s does not', press('S'), ['sign', 0]],
  ['a letter on a button', press('a', 'control'), ['agree', 0]],
  ['a letter in a field is text', press('a', 'text'), undefined],
  ['an arrow in a field is the field', press('ArrowLeft', 'text'), undefined],
  ['a letter with Ctrl is the browser', press('a', 'page', true), undefined],
  ['0 is no code', press('0'), undefined],
  ['a key that does nothing', press('q'), undefined],
])('%s', (_, pressed, action) => expect(actionOf(pressed, true)).toEqual(action));

test('keys of one character can be switched off, the others stay', () => {
  const pressed = keys.map(({ key }) => (key === '1-9' ? '1' : key));
  const left = pressed.filter((key) => actionOf(press(key, 'line'), false));
  expect(left).toEqual(['Enter', ' ', 'ArrowLeft', 'ArrowRight']);
});

test('no two actions have one key', () => {
  expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
});
