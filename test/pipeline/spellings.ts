const small = `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
  seventeen eighteen nineteen`.split(/\s+/);
const tens = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

function belowHundred(value: number): string {
  if (value < 20) return small[value] ?? '';
  return (tens[Math.floor(value / 10)] ?? '') + (value % 10 === 0 ? '' : `-${small[value % 10]}`);
}

function plain(value: number, and: string): string {
  const [scale, name] = value >= 1000 ? ([1000, 'thousand'] as const) : ([100, 'hundred'] as const);
  if (value < scale) return belowHundred(value);
  const rest = value % scale;
  const joint = rest < 100 ? and : ' ';
  return `${plain(Math.floor(value / scale), and)} ${name}${rest === 0 ? '' : joint + plain(rest, and)}`;
}

/** The ways in which a whole number below ten thousand is said: British, American, by hundreds, as medicine shortens it. */
export function spellings(value: number): string[] {
  const [hundreds, rest] = [Math.floor(value / 100), value % 100];
  const said = [plain(value, ' and '), plain(value, ' ')];
  if (hundreds === 1 || value === 1000) said.push(said.map((words) => words.replace(/^one/, 'a'))[0] ?? '');
  if (hundreds > 10 && hundreds % 10 > 0) {
    const byHundreds = `${belowHundred(hundreds)} hundred`;
    said.push(rest === 0 ? byHundreds : `${byHundreds} and ${belowHundred(rest)}`);
  }
  if (hundreds > 0 && hundreds < 10 && rest > 0) {
    said.push(`${small[hundreds]} ${rest < 10 ? 'oh ' : ''}${belowHundred(rest)}`);
  }
  return said.flatMap((words) => [words, words.replaceAll('-', ' '), words.charAt(0).toUpperCase() + words.slice(1)]);
}

/** The ways in which a number with one decimal place is said. */
export function decimalSpellings(whole: number, place: number): string[] {
  const point = place === 0 ? ['zero', 'oh', 'nought'] : [small[place] ?? ''];
  const before = whole === 0 ? ['zero', 'nought', 'oh'] : spellings(whole);
  const said = before.flatMap((words) => point.map((digit) => `${words} point ${digit}`));
  return place === 5 && whole > 0 ? [...said, ...before.map((words) => `${words} and a half`)] : said;
}
