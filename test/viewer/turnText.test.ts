import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TurnText } from '../../viewer/turnText.ts';

const begin = 40;
const points = (text: string) => Array.from(text);
const shown = (turn: TurnText, from: number, to: number) => turn.text.slice(turn.toUnits(from), turn.toUnits(to));

/** Words with signs of one and of two UTF-16 units, and a lone half of a pair. */
const words = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '😀', '𝒳', '\u202e', '\ud83d'), maxLength: 40 });

test('code points of the transcript are UTF-16 units of the paragraph, there and back', () => {
  fc.assert(
    fc.property(words, fc.nat(), fc.nat(), (text, a, b) => {
      const length = points(text).length;
      const [from, to] = [a % (length + 1), b % (length + 1)].toSorted((x, y) => x - y) as [number, number];
      const turn = new TurnText({ begin, text });
      expect(shown(turn, begin + from, begin + to)).toBe(points(text).slice(from, to).join(''));
      expect(turn.toOffset(turn.toUnits(begin + from))).toBe(begin + from);
    }),
  );
});

test('a correction shifts what follows it, and nothing before it', () => {
  fc.assert(
    fc.property(words, words, fc.nat(), fc.nat(), (text, becomes, a, b) => {
      const length = points(text).length;
      fc.pre(length > 0 && becomes !== '');
      const from = a % length;
      const to = from + 1 + (b % (length - from));
      const turn = new TurnText({ begin, text }, [{ begin: begin + from, end: begin + to, becomes }]);
      const [before, after] = [points(text).slice(0, from).join(''), points(text).slice(to).join('')];
      expect(turn.text).toBe(before + becomes + after);
      expect(turn.text.slice(turn.toUnits(begin + to))).toBe(after);
      const [[start, end] = [0, 0]] = turn.corrected;
      expect(turn.text.slice(start, end)).toBe(becomes);
      expect([turn.toOffset(start), turn.toOffset(end, true)]).toEqual([begin + from, begin + to]);
    }),
  );
});

describe('a stretch', () => {
  // "the cough is bad", with "cough" corrected.
  const turn = new TurnText({ begin: 0, text: 'the cough is bad' }, [{ begin: 4, end: 9, becomes: '😀 cold' }]);
  test.each([
    ['before the correction', 0, 3, 'the'],
    ['that is the correction', 4, 9, '😀 cold'],
    ['that lies inside it has it whole', 5, 7, '😀 cold'],
    ['that ends inside it has it whole', 0, 6, 'the 😀 cold'],
    ['after it', 10, 12, 'is'],
    ['of everything', 0, 16, 'the 😀 cold is bad'],
  ])('%s', (_, from, to, text) => {
    const [start, end] = turn.toRange({ begin: from, end: to });
    expect(turn.text.slice(start, end)).toBe(text);
  });
});
