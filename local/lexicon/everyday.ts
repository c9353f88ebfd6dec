/** Words that mean something else more often than not, and the context that shows a medical meaning. */
import { listOf } from '../../pipeline/phrases.ts';
import { nounForm, verbForm } from './stems.ts';

/** The flow of tokens before and after a mention decides; a blank ends `before` and begins `after`. */
interface Guard {
  /** The mention counts only if one of these matches. */
  needs?: { before?: RegExp; after?: RegExp };
  /** The mention does not count if one of these matches. */
  not?: { before?: RegExp; after?: RegExp };
}

const owned = / (?:my|your|his|her|their|our|own|the|both|each|left|right|upper|lower|mid|middle|low|bad|whole) $/;
const has = / (?:a|an|having|had|have|has|the|her|his|my|epileptic|febrile|some|these|those|of) $/;

const guards: Readonly<Record<string, Guard>> = {
  back: {
    needs: { before: / (?:my|your|his|her|their|lower|upper|mid|middle|low|bad|own|the) $/ },
    not: {
      before: /(?: (?:at|in|on|to|from|round) the| come| go| get| call| look| way| straight) $/,
      after: /^ (?:of|and forth|again|then|garden|door) /,
    },
  },
  covid: { not: { after: /^ (?:one|times?|years?|era|pandemic) / } },
  cold: {
    needs: {
      before: / (?:a|common|bad|head|heavy|winter|this|that|of|the|my|any|stinking) $/,
      after: /^ (?:sores?|virus|for|since|symptoms?) /,
    },
    not: {
      after:
        /^ (?:water|weather|air|drinks?|shower|compress|pack|sweats?|hands?|feet|day|night|one|and wet|outside|turkey) /,
    },
  },
  colds: {},
  chilling: { needs: {} },
  secondary: { needs: {} },
  secondaries: {},
  jab: { not: { before: / (?:a sharp|quick|elbow) $/ } },
  hypo: { needs: { before: / (?:a|any|had|having|hypos|of|the|my) $/ } },
  surgery: { not: { before: / (?:doctor's|gp|our|this|local|to the|at the|from the|in the|into the) $/ } },
  'side effect': {
    needs: {
      before: / (?:had|having|have|got|getting|get|gave me|some|these|those|bad|with|from) (?:some |bad |the )?$/,
    },
  },
  sat: { needs: {} },
  sats: {},
  'on a pill': { needs: {} },
  'on pills': { needs: {} },
  discharge: {
    not: {
      before: / (?:hospital|on|at|since|after|before|for|the day of) $/,
      after: /^ (?:letter|summary|home|date|from (?:the )?hospital|planning) /,
    },
  },
  private: { needs: {} },
  privates: {},
  blood: { needs: {} },
  bloods: {},
  burn: { needs: { before: / (?:a|the|my|this|that|from|bad|nasty|second degree|chemical) $/ } },
  burns: { needs: { before: / (?:some|the|bad|from|my|of|with|any) $/ } },
  burning: {},
  burnt: {},
  burned: { needs: {} },
  fits: { not: { after: /^ (?:in|into|with|the|me) / } },
  chest: { not: { after: /^ of drawers / } },
  eye: { not: { before: / (?:keep|keeping|kept) (?:an|a close) $/, after: /^ (?:on|test|contact) / } },
  face: { not: { before: / (?:to|i|we|you|can't|let's) $/, after: /^ (?:to face|value|mask|the) / } },
  fit: {
    needs: { before: has },
    not: {
      before: / (?:keep|get|be|very|not|otherwise|being|feeling) $/,
      after: /^ (?:and well|and healthy|for|note|enough) /,
    },
  },
  foot: { not: { before: / (?:\d+|one|two|three|four|five|six|seven|a) $/, after: /^ (?:of|tall|away) / } },
  hand: {
    not: {
      before: / (?:other|second|first|one|left|right|by|in|on|at) $/,
      after: /^ (?:side|sided|over|out|in|on|gel|sanitizer|sanitiser) /,
    },
  },
  head: { needs: { before: owned }, not: { after: /^ (?:of|to|over|office|teacher|off|back|home) / } },
  heart: { not: { before: / by $/, after: /^ (?:of the|to heart) / } },
  body: { needs: { before: owned }, not: { after: /^ (?:language|of) / } },
  bottom: { needs: { before: / (?:my|your|his|her|their|sore|itchy) $/ }, not: { after: /^ (?:line|of) / } },
  calf: { needs: { before: / (?:my|your|his|her|the|left|right|both|in|one) $/ } },
  temple: { needs: { before: / (?:my|your|his|her|the|left|right|both|each) $/ } },
  mouth: { not: { before: / by $/ } },
  nail: { not: { before: / (?:the|a) $/, after: /^ (?:polish|salon|varnish|biting) / } },
  side: { needs: { before: / (?:my|your|his|her) $/ } },
  thumb: { not: { before: / of $/, after: /^ nail / } },
  tongue: { not: { before: / (?:tip of my|under (?:the|your|my|his|her)) $/ } },
  stroke: { not: { before: / (?:to|breast|back|a nice) $/, after: /^ (?:of luck|of|the|it|him|her) / } },
  cough: { not: { after: /^ up (?:the money|some money|cash) / } },
  period: {
    needs: {
      before:
        / (?:my|your|her|a|last|the|on|late|heavy|missed|of|next|painful|irregular|normal|any|get|have|having|had|no) $/,
    },
    not: {
      before: / (?:time|over|over a|for a|short|long|certain|this|given|trial|longer|of|incubation) $/,
      after: /^ (?:of|in time|where|when) /,
    },
  },
  sick: {
    needs: {
      before:
        / (?:feel|feeling|felt|feels|been|being|be|was|is|get|getting|got|i'm|really|so|very|bit|violently|off) $/,
    },
    not: { before: / off $/, after: /^ (?:of|and tired|notes?|leave|pay|days?|certificate|line|child) / },
  },
  tired: { not: { after: /^ of / } },
  run: { not: { after: /^ in the family / } },
  low: {
    needs: { before: / (?:feel|feeling|felt|feels|been|mood|so|very|really|bit|quite) $/ },
    not: { after: /^ (?:blood|back|dose|risk|level|fat|salt|iron|in) / },
  },
  down: {
    needs: { before: / (?:feel|feeling|felt|feels|been feeling|so|very|really|bit) $/ },
    not: { after: /^ (?:the|to|my|there|here|on|in|into) / },
  },
  hot: {
    needs: { before: / (?:feel|feeling|felt|feels|been|so|very|really|all|running) $/ },
    not: { after: /^ (?:water|drinks?|weather|day|shower|bath) / },
  },
  fall: { not: { before: / (?:in|this|last|the) $/, after: /^ (?:asleep|into|in|through|under|apart|out|back|for) / } },
  fell: { not: { after: /^ (?:asleep|in|into|out) / } },
  wind: { needs: { before: / (?:trapped|passing|pass|of|with|bad|got) $/ } },
  gas: { not: { after: /^ (?:bill|station|engineer|fire|cooker|boiler|and air) / } },
  spot: {
    needs: { before: / (?:a|some|red|these|those|little|the|any|of|few|my|and|white|black|dark|got|have) $/ },
    not: { before: / (?:on the|sore) $/, after: /^ on / },
  },
  stress: { not: { after: /^ (?:that|this|test|how) / } },
  attack: { needs: { before: / (?:an|the|these|my|her|his) $/ } },
  shock: { not: { before: / (?:a|of a|in|the) $/ } },
  growth: { needs: { before: / (?:a|any|this|the|skin) $/ } },
  mass: { needs: { before: / (?:a|any|the|breast|neck) $/ } },
  blind: { not: { after: /^ (?:spot|date) / } },
  flu: { not: { after: /^ like / } },
  flush: { not: { before: / (?:to|toilet) $/, after: /^ (?:the|it|out) / } },
  nervous: { not: { after: /^ system / } },
  shot: { not: { before: / (?:worth a|a|long) $/ } },
  pulse: { not: { after: /^ (?:ox|oximeter|oximetry) / } },
  pressure: { not: { before: / under $/, after: /^ (?:at|from|on me|of work|sore) / } },
  trauma: { not: { before: / (?:childhood|emotional|psychological|past|sexual) $/ } },
  shattered: { not: { after: /^ (?:my|his|her|the|glass|screen|into) / } },
  scar: { not: { before: / (?:emotional|mental) $/ } },
  reliever: { not: { before: / stress $/ } },
  'funny turn': { not: { after: /^ of / } },
  thinners: { not: { before: / paint $/ } },
  yasmin: { needs: { before: / (?:on|take|taking|took|called|stop|stopped|start|started|the|of) $/ } },
  'plan b': { needs: { before: / (?:take|taking|took|taken|had|bought|used|using|some|of) $/ } },
  drink: {
    needs: {
      before: / (?:smoke or|smoke and|do you|i don't|i do|i|we|heavily|socially) $/,
      after:
        /^ (?:\S+ ){0,3}(?:alcohol|pints?|units?|beers?|glass(?:es)?|bottles?|wine|socially|occasionally|heavily|at all|or smoke|on the weekends?) /,
    },
    not: { after: /^ (?:\S+ ){0,4}(?:water|tea|coffee|milk|juice|fluids|enough|plenty) / },
  },
  drip: { needs: { before: / (?:a|the) $/ } },
  drop: { needs: { before: / (?:eye|ear|nose|nasal|the|some|these|my) $/ } },
  patch: {
    needs: { before: / (?:nicotine|the|contraceptive|hrt|a|my|pain) $/ },
    not: { before: / (?:bad|rough|purple|dry|red) $/ },
  },
};

/** Everyday words that are also titles in the official code table, or that are spelt like an abbreviation. */
const everyday = new Set(
  (
    'accident act aid aids age air all alone am an and anger arms as assault at back bad be birth bite blood bug burn but can care ' +
    'change child cold contact convalescence counselling cyst deal death delivery diet diets disorder disorders done dose drop drowning ear ed even examination eye ' +
    'exposure face fall fat fever find fit food foreign gas general go good growth had hand has he head heart help here hip hit home ' +
    'hot hunger if ill illness in infection infections injury is it its large late leave legal light lip load loss lots low male man mass may me ' +
    'men mix more movement nail name neck need nose now old on only other pad pain part pass pe period place play poor present pressure pulse rash rest ' +
    'resting retained right run sad said see set shock short sick side sit skin sleep small so speech spot state still stop stress stroke sun ta tension test tests the ' +
    'thirst tip to top transplant unhappiness up us vision voice walk was water weight well wet white who wind work worries worry'
  ).split(' '),
);

export function isEveryday(word: string): boolean {
  return everyday.has(word);
}

/** Whether a word's meaning depends on its context. */
export function isGuarded(word: string): boolean {
  return Object.hasOwn(guards, word);
}

const service = new RegExp(
  `^ (?:${listOf`
    clinics?|nurses?|units?|teams?|wards?|services?|specialists?|doctors?|department|helpline|charity|society
    leaflet|diary|questionnaire|scores?|scale|screening|testing|checks?|reviews?
    killers?|relief|relievers?|jabs?|vaccines?|vaccinations?|boosters?|shots?
  `}) `,
);

/**
 * Whether the words after a name make it the name of a service, a person or a paper: "asthma nurse", "chest pain
 * clinic".
 */
export function isService(after: string): boolean {
  return service.test(after);
}

/** Whether a mention has its medical meaning, judged by its words and by the flow around it. */
export function isMeant(words: string, before: string, after: string): boolean {
  const guard = guards[words] ?? guards[nounForm(words)] ?? guards[verbForm(words)];
  if (guard === undefined) return true;
  const { needs, not } = guard;
  if (not?.before?.test(before) || not?.after?.test(after)) return false;
  return needs === undefined || needs.before?.test(before) === true || needs.after?.test(after) === true;
}
