import { expect, test } from 'vitest';
import { conditionsIn, detect, engine, entitiesOf } from './reading.ts';

/** What is said, and the beginning of the code that it means. */
const sayings: readonly (readonly [code: string, sayings: string])[] = [
  ['R39.9', 'trouble with my waterworks|problems with the waterworks|my waterworks playing up'],
  ['R35.0', 'I am passing water more often|always running to the loo'],
  ['R35.1', 'I am up in the night to pee|getting up at night to wee'],
  ['R30', 'it hurts when I pass water|stinging when I pass water|it burns when I wee'],
  ['N39.3', 'I leak when I cough|I wet myself when I sneeze'],
  ['R32', 'a leaky bladder|my bladder is leaky|I cannot help leaking urine'],
  ['R31', 'pink wee|my wee is red|blood in my pee'],
  ['R82', 'my wee smells|my urine is cloudy|strong smelling urine'],
  ['R73.9', 'my sugars are high|my sugar was high'],
  ['E11.9', 'a touch of sugar|sugar diabetes'],
  [
    'R11.1',
    'I was throwing up|she is chucking up|he barfed|I keep spewing|I cannot help puking|I can’t keep anything down',
  ],
  ['R19.7', 'I have the runs|he had the squits|the trots|runny poo'],
  ['K59.0', 'I am constipated|I haven’t had a poo|I have not been for a poo'],
  ['R10', 'tummy ache|bellyache|my tummy is killing me|my guts are rotten'],
  ['K62.5', 'blood on the toilet paper|bleeding from my bum'],
  ['K92.1', 'my poo is black|tarry stools'],
  ['K64.9', 'I have piles'],
  ['R55', 'a funny turn|I passed out|I blacked out|he keeled over'],
  ['R42', 'swimmy head|light headed|my head is swimming'],
  ['I51.9', 'a dicky heart|a dodgy ticker|my heart is dodgy|heart trouble'],
  ['R03.0', 'my blood pressure is high|my blood pressure is up'],
  ['R06', 'out of puff|I can hardly breathe|I am struggling for breath|huffing and puffing'],
  ['R09', 'I am feeling chesty|a bad chest|a tickle in my throat|bringing up green stuff|my nose is all bunged up'],
  ['J00', 'I have the sniffles|the dreaded lurgy'],
  ['R53.83', 'I am shattered|absolutely knackered|no energy'],
  ['R53.81', 'out of sorts|a bit off colour|I don’t feel myself'],
  ['R50.9', 'my temperature is up|running a temperature|spiking temperatures'],
  ['R61', 'I wake up drenched|hot and sweaty|clammy'],
  ['R63.5', 'I am piling on the pounds|putting on weight'],
  ['R63.4', 'my clothes are hanging off|losing weight'],
  ['R45.851', 'I want to end it all|I wish I was dead|better off dead'],
  ['R41.3', 'my memory is going|I keep forgetting things'],
  ['H91', 'my hearing has gone|hard of hearing'],
  ['H53', 'my eyesight is getting worse|trouble with my vision|blurry vision'],
  ['H92.1', 'discharge coming out of that ear|a runny ear'],
  ['L29', 'itchy down there|itching down below|itchy all over'],
  ['N89.8', 'discharge from down below|a smelly discharge'],
  ['R26', 'unsteady on my feet|difficulty with your balance'],
  ['R29.810', 'his face dropped on one side|a droopy face'],
  ['M43.6', 'a stiff neck|my neck is stiff'],
  ['M54', 'I have done my back in|my back is gone'],
  ['R63.4', 'I have lost about ten pounds|he lost half a stone|dropped 5 kilos'],
  ['R63.5', 'I put on a stone and a half|she gained six kilos|I have put two stone on'],
  ['R63.0', 'he won’t eat|hardly eating|picking at my food'],
  ['G47.0', 'I couldn’t sleep|lying awake|I wake at four|not sleeping well'],
  ['R45.84', 'I don’t enjoy anything|I don’t see the point'],
  ['R45.851', 'life isn’t worth living|thoughts of hurting yourself'],
  ['R41.840', 'hard to focus|my mind wanders'],
  ['R06.02', 'catching my breath|a hard time breathing|I can’t get enough air'],
  ['R06.01', 'I sleep propped up|she sleeps on two pillows'],
  ['R04.2', 'I bring up blood|blood when you cough'],
  ['R35.0', 'I am going all the time|I keep needing a wee|peeing every hour'],
  ['R35.1', 'I am up three times a night|up twice in the night'],
  ['R33.9', 'trouble passing water|difficulty peeing'],
  ['R15.9', 'losing control of your bowels|bowel accidents'],
  ['K62.5', 'blood when he goes to the toilet|blood in the pan'],
  ['H53.149', 'the light bothers me|I can’t stand the light'],
  ['R20.2', 'burning feet|electric shocks'],
  ['M54.30', 'it is shooting down my leg'],
  ['S09.90', 'a knock on the head|she bumped her head'],
  ['R06.89', 'sucking in between the ribs|nasal flaring'],
  ['P07.30', 'he was six weeks early|a premature baby'],
  ['L08.89', 'it is oozing|yellow drainage'],
  ['R45.1', 'he is fidgety|pacing up and down'],
  ['R46.89', 'she keeps wandering off|he lashes out'],
  ['R56.9', 'bit my tongue|myoclonic jerks'],
  ['N95.2', 'dry down below'],
  ['M25.60', 'stiff shoulders|can’t get out of the chair'],
  ['R42', 'dizzy when I roll over|the room goes round'],
  ['D64.9', 'I am anaemic|a low blood count'],
  ['C78.7', 'it has spread to the liver|liver mets'],
  ['D49.4', 'a tumour of the bladder|a bladder tumor'],
];
const rows = sayings.flatMap(([code, list]) => list.split('|').map((saying) => [saying, code] as const));

test.each(rows)('%s: %s', (saying, code) => {
  const found = entitiesOf(engine.inferIcd10cm(`Well, ${saying}, doctor.`));
  const best = found.map(({ ICD10CMConcepts = [] }) => ICD10CMConcepts[0]?.Code ?? '');
  expect(best.find((one) => one.startsWith(code)) ?? best).toContain(code);
});

test.each([
  ['a bad chest infection', 'J22'],
  ['bad chest pain', 'R07.9'],
  ['a bad heart attack', 'I21.9'],
  ['the high blood pressure', 'I10'],
  ['dodgy knee pain', 'M25.569'],
])('how bad it is does not hide what it is: %s', (saying, code) => {
  expect(conditionsIn(saying)).toEqual([expect.stringContaining(code)]);
});

test.each([
  ['arthuritis', 'M19.90'],
  ['bronchitus', 'J20.9'],
  ['tinnitis', 'H93.19'],
  ['hemroids', 'K64.9'],
  ['a plural effusion', 'J90'],
  ['prostrate cancer', 'C61'],
])('as it is misheard or misspelt: %s', (saying, code) => {
  expect(conditionsIn(`I had ${saying}`)).toEqual([expect.stringContaining(code)]);
});

test.each([
  'water tablets',
  'blood pressure tablets',
  'BP meds',
  'blood thinners',
  'a puffer',
  'my reliever',
  'sugar tablets',
  'gout tablets',
  'happy pills',
  'a spray for my nose',
  'anti-sickness tablets',
  'over the counter painkillers',
  'paracetomol',
  'ibruprofen',
  'cocodamol',
])('a medicine: %s', (words) => {
  const medicines = detect(`I take ${words} now`).filter(({ Category }) => Category === 'MEDICATION');
  expect(medicines).toHaveLength(1);
});

test('a misheard ingredient has the code of the right one', () => {
  const codes = ['ibruprofen', 'ibuprofen'].map((name) =>
    entitiesOf(engine.inferRxNorm(`I take ${name}`)).map(({ RxNormConcepts = [] }) => RxNormConcepts[0]?.Code),
  );
  expect(codes).toEqual([['5640'], ['5640']]);
});

test.each([
  'the swelling is secondary to nothing we know',
  'a childhood trauma',
  'the glass shattered into pieces',
  'that is a stress reliever',
  'he sniffed the paint thinners',
  'it is not right',
  'my iron has been low',
  'how have your sugars been',
  'the sugar is in the cupboard',
  'we walked down there',
  'the cat runs round',
  'it took a funny turn of phrase',
  'I am up at night to watch telly',
  'on a scale of one to ten',
  'the letter about your hospital discharge',
  'at four in the afternoon',
])('not meant medically: %s', (saying) => {
  expect(conditionsIn(saying).filter((one) => !one.startsWith('swelling'))).toEqual([]);
});
