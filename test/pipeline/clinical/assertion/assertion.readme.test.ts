import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toAssertions } from '../../../../pipeline/clinical/assertion/assertion.ts';
import { hear } from '../../../../pipeline/clinical/assertion/hear.ts';
import { scaleOf, toLikelihood, type Weights } from '../../../../pipeline/clinical/assertion/likelihood.ts';
import { type Reading, readings } from '../../../../pipeline/clinical/assertion/readings.ts';
import { costsOf, together } from '../../../../pipeline/clinical/assertion/verdicts.ts';
import { consult } from '../../consult.ts';
import { marked } from '../../marked.ts';

const readme = readFileSync(join(import.meta.dirname, '../../../../pipeline/clinical/README.md'), 'utf8');
const { transcript, found } = marked('C: Are you still taking the [+ramipril]? / P: No, I stopped it in May.');
const [one] = hear(transcript, found);
const shown: readonly Reading[] = ['taking', 'stopped', 'not-taking'];

/** The rows of the page that are weights: a cue, and a number for each reading that is shown. */
const rows = [...readme.matchAll(/^(\S.*?) {2,}(-?\d\.\d\d) +(-?\d\.\d\d) +(-?\d\.\d\d)$/gm)]
  .map(([, name = '', ...numbers]) => ({ name, numbers: numbers.map(Number) }))
  .filter(({ name }) => !/^(?:sum|likelihood|cost)/.test(name));

const weights: Weights = {
  condition: {},
  medicine: Object.fromEntries(
    rows.map(({ name, numbers }) => [name, readings.medicine.map((reading) => numbers[shown.indexOf(reading)] ?? 0)]),
  ),
  test: {},
};

const line = (name: string, values: readonly number[]) =>
  name.padEnd(22) + values.map((value, at) => value.toFixed(2).padStart([6, 10, 13][at] ?? 0)).join('');

test('the decision on the page is the one that the code takes', () => {
  const { ruling, cues, mention } = one ?? {};
  expect(
    transcript.turns.map(({ role, text }) => `    ${role === 'patient' ? 'P' : 'C'}: ${text}`).join('\n'),
  ).toSatisfy((lines: string) => readme.includes(lines));
  expect(readme).toContain(`stands "${mention?.place.before}", after it "${mention?.place.after}"`);
  expect(readme).toContain(`\`${mention?.manner}\``);
  expect(readme).toContain(`\`${ruling?.status}\`, reason \`${ruling?.reason}\``);
  expect(rows).toHaveLength(5);
  expect(rows.filter(({ name }) => !cues?.has(name))).toEqual([]);
  expect(readme).toContain(`has ${cues?.size} cues`);
});

test('its sums, likelihoods and costs are those that the code makes of its weights', () => {
  const scale = scaleOf(one?.cues.size ?? 0);
  const sums = shown.map((_, at) => scale * rows.reduce((sum, { numbers }) => sum + (numbers[at] ?? 0), 0));
  const likelihood = toLikelihood('medicine', one?.cues ?? [], weights);
  const at = (reading: Reading) => (readings.medicine as readonly Reading[]).indexOf(reading);
  const costs = new Map(costsOf('medicine', together('medicine', [{ mention: one, likelihood }])));
  const cost = (reading: Reading) => costs.get(reading) ?? Number.NaN;
  const block = [
    line(`sum, times ${scale.toFixed(2)}`, sums),
    line(
      'likelihood',
      shown.map((reading) => likelihood[at(reading)] ?? Number.NaN),
    ),
    line('cost of saying it', shown.map(cost)),
    `cost of leaving it to check: ${cost('possible').toFixed(2)}`,
  ].join('\n');
  expect(readme).toContain(block);
});

test('the documents say what the page says that they say', async () => {
  const [assertion] = toAssertions(transcript, found, weights);
  expect(readme).toContain(`\n${JSON.stringify(assertion)}\n`);
  const { medications } = await consult(['C: Are you still taking the [ramipril]?', 'P: No, I stopped it in May.']);
  expect(readme).toContain(`status \`${medications[0]?.status}\``);
  expect(readme).toContain(`"${medications[0]?.evidence[0]?.quote.replace('\n', ' ')}"`);
});
