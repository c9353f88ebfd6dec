/** Words whose context shows whether they are meant medically, with that context. */

/** The flow of tokens before and after a mention decides; a blank ends `before` and begins `after`. */
interface Guard {
  /** The mention counts only if one of these matches. */
  needs?: { before?: RegExp; after?: RegExp };
  /** The mention does not count if one of these matches. */
  not?: { before?: RegExp; after?: RegExp };
}

const owned = / (?:my|your|his|her|their|our|own|the|both|each|left|right|upper|lower|mid|middle|low|bad|whole) $/;
/** A disease that is called after a person: without its 's it may be one. */
const eponym: Guard = {
  needs: {
    before: / (?:has|have|had|got|with|of|possible|early|for|and|or|mild|suspected|no) $/,
    after: /^ (?:disease|syndrome|lymphoma|dementia|plus|like) /,
  },
};
/** What no illness does: the word is said of somebody's patience, of a smell, of a decision. */
const figure = (before: RegExp | undefined, after?: RegExp): Guard => ({
  not: { ...(before ? { before } : {}), ...(after ? { after } : {}) },
});
const has = / (?:a|an|having|had|have|has|the|her|his|my|epileptic|febrile|some|these|those|of) $/;

/** Drinks that are no alcohol. */
const soft = /^ of (?:water|tea|coffee|milk|juice|squash|coke|cola|blood|pop|lemonade) /;

/** After the habit itself, so many are how much of it. */
const amountOf = / (?:smok\w+|drink\w*|drank|alcohol)(?: \S+){0,3} $/;

export const guards: Readonly<Record<string, Guard>> = {
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
  discharged: { needs: {} },
  overactive: figure(undefined, /^ (?:bladder|bowel|immune|imagination) /),
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
  fell: { not: { after: /^ (?:asleep|in|into|out|off|apart|through|for|behind|pregnant|on me|ill) / } },
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
      before:
        / (?:smoke or|smoke and|smoke ,|smoking ,|smoking and|smoking or|do you|did you|i don't|don't|i do|i|we|heavily|socially|my|your|the|about|stopped|quit|no more|gave up|given up|down on|off the) $/,
      after:
        /^ (?:\S+ ){0,3}(?:alcohol|pints?|units?|beers?|glass(?:es)?|bottles?|wine|socially|occasionally|heavily|at all|or smoke|and smoke|on the weekends?|at weekends|every (?:day|night)) /,
    },
    not: {
      after: /^ (?:\S+ ){0,4}(?:water|tea|coffee|milk|juice|fluids|enough|plenty|squash|coke|cola|it|that|anything) /,
    },
  },
  'a drink': {
    needs: { before: / (?:had|have|having|need|needed|needs|like|likes|enjoy|enjoys|want|without|for|fancy) $/ },
    not: { after: soft },
  },
  beer: { not: { before: / (?:ginger|root) $/ } },
  pint: {
    needs: { after: /^ (?:of (?:beer|lager|cider|bitter|stout|ale)|at|on|in|after|a|every|with|,|\.|or) / },
    not: { after: soft },
  },
  gin: { not: { after: /^ rummy / } },
  sherry: { needs: { before: / (?:of|the|a|some|drink|glass|drinks|and|cooking) $/ } },
  drunk: { needs: { before: / (?:got|get|getting|been|was|is|be|gets|blind) $/ } },
  drugs: {
    needs: {
      before: / (?:any|do|use|using|take|taking|on|no|hard|and|or|to|,|other|never|about|tried|with|into|those) $/,
    },
    not: { after: /^ (?:for|that|interact|company|which) / },
  },
  needles: { needs: { before: / (?:share|shared|sharing|with|using|used) $/ }, not: { before: / (?:pins and) $/ } },
  pot: { needs: { before: / (?:smoke|smoked|smoking|smokes|of|some) $/ }, not: { after: /^ (?:of|plant) / } },
  coke: {
    needs: { before: / (?:any|do|did|done|use|used|using|snort|snorted|snorting|take|took|took some|and|or|,) $/ },
    not: { before: / (?:can of|diet|glass of|bottle of|cans of) $/, after: /^ (?:zero|bottle|can) / },
  },
  crack: { needs: { before: / (?:do|use|used|using|smoke|smoked|smoking|on|any) $/ } },
  edible: {
    needs: { before: / (?:cannabis|weed|some|the|thc|an|take|took|use|used) $/ },
    not: { after: /^ (?:food|oil) / },
  },
  joints: { needs: { before: / (?:smoke|smoked|smoking|few|couple of) $/ } },
  mushrooms: { needs: { before: / (?:magic|do|did|took) $/ } },
  molly: { needs: { before: / (?:do|did|took|take|use|used|some) $/ } },
  tik: { needs: { before: / (?:smoke|smoked|smoking|use|used|using|on) $/ } },
  fag: {
    needs: { before: / (?:a|the|of|few|some|cheeky|\d+|my|five|ten|twenty|thirty|forty) $/ },
    not: { before: amountOf },
  },
  cigarette: { not: { before: amountOf } },
  'units a week': { not: { before: amountOf } },
  'units per week': { not: { before: amountOf } },
  drip: { needs: { before: / (?:a|the) $/ } },
  drop: { needs: { before: / (?:eye|ear|nose|nasal|the|some|these|my) $/ } },
  patch: {
    needs: { before: / (?:nicotine|the|contraceptive|hrt|a|my|pain) $/ },
    not: { before: / (?:bad|rough|purple|dry|red) $/ },
  },
  parkinson: eponym,
  "parkinson's": {},
  hodgkin: eponym,
  "hodgkin's": {},
  crohn: eponym,
  "crohn's": {},
  addison: eponym,
  "addison's": {},
  alzheimer: eponym,
  "alzheimer's": {},
  'pain in the neck': figure(
    / (?:such a|a real|a right|is a|(?:it|that|he|she)'s a|are a|was a|been a|being a|be a|'s a|bit of a) $/,
  ),
  headache: figure(/ (?:such a|a real|a right|an administrative) $/, /^ of (?:a|an) /),
  'heart broken': { needs: {} },
  hurt: figure(undefined, /^ to (?:try|ask|check|have|get|see|know|look) /),
  rash: figure(undefined, /^ (?:decision|promise|move|thing to) /),
  shake: figure(undefined, /^ (?:it|the|them|off|on it|hands?|your|my head|well|before|up) /),
  leak: figure(/ (?:tap|roof|pipe|boiler|tank|ceiling|washing machine) $/),
  absence: figure(/ (?:in the|my|your|his|her|of) $/, /^ (?:of|from|note) /),
  faint: figure(undefined, /^ (?:smell|line|hope|idea|mark|memory|praise) /),
  panic: figure(/ (?:don't|not|no need to|never) $/, /^ (?:button|stations|buying) /),
  sad: figure(/ (?:that's|how|it's|very|so) $/, /^ (?:to hear|that|story|news) /),
  hopeless: figure(undefined, /^ (?:at|with) /),
  exhausted: figure(undefined, /^ (?:all|every|our|the) /),
  addicted: figure(
    undefined,
    /^ to (?:chocolate|coffee|tea|sugar|my phone|his phone|her phone|the telly|tv|it|that|crosswords) /,
  ),
  'wound up': figure(undefined, /^ (?:in|at|doing|going|being) /),
  fallen: figure(undefined, /^ (?:out|behind|asleep|apart|off|through|pregnant|for|into) /),
  premature: figure(undefined, /^ (?:to|menopause|ejaculation|death|ageing|aging|beats?) /),
  withdrawal: figure(/ (?:cash|bank) $/, /^ (?:from the|method) /),
  boil: {
    needs: { before: / (?:a|the|this|that|painful|big|got|get|getting|of|my|his|her|had|recurrent) $/ },
    not: { before: / (?:to the|to a|on the|bring) $/, after: /^ (?:the|water|it|your|them|and|an|some) / },
  },
  'burning up': figure(/ (?:fuel|calories) $/),
  cramping: figure(undefined, /^ (?:my|his|her) style /),
  // What is said of the line on a call.
  "can't hear": figure(undefined, /^ (?:you|me|that|us|him|them|what|the) /),
  "can't see": figure(undefined, /^ (?:you|me|that|us|it|what|the|why|how) /),
  echo: figure(
    / (?:hear an|there's an|there is an|bit of an|getting an|hearing an) $/,
    /^ (?:on|in) the (?:line|room) /,
  ),
  scan: figure(undefined, /^ (?:the|your|this|that) (?:code|qr|document|letter|card|form|page) /),
  nerve: { needs: {} },
  nerves: { needs: { before: / (?:my|bad|with|her|his) $/ } },
  nervous: figure(undefined, /^ (?:system|about) /),
};
