/** The small closed word classes: complaints that need a site, habits, and words that qualify a condition. */

export type Habit = 'TOBACCO_USE' | 'ALCOHOL_CONSUMPTION' | 'REC_DRUG_USE';
export type ModifierType = 'ACUITY' | 'DIRECTION' | 'QUALITY';

/** Words that complain of a part of the body, and the condition that they then mean. */
export const complaintWords: Readonly<Record<string, string>> = {
  'sore|painful|tender|hurt|in agony|killing me|throbbing|achy|tenderness': 'pain',
  'tight|tightness': 'tightness',
  'stiff|seized up': 'stiffness',
  'swollen|swelled|puffed up': 'swelling',
  'red|redness': 'redness',
  'itchy|itch': 'itching',
  'numb|no feeling': 'numbness',
  'tingly|tingling|pins and needles': 'tingling',
  'weak|weakness': 'weakness',
  'burning|on fire': 'burning sensation',
  'blocked|stuffy|bunged up|congested': 'congestion',
  'runny|streaming|running': 'discharge',
  'dry|dryness': 'dryness',
  'blurred|blurry': 'blurring',
  'upset|bloated|rumbling': 'upset',
  'racing|pounding|fluttering': 'palpitations',
  'bleeding|bled': 'bleeding',
  'broken|broke|snapped': 'fracture',
  'twisted|rolled': 'sprain',
  'peeling|cracked|flaky': 'peeling',
};

export const habitWords: readonly (readonly [Habit, string])[] = [
  ['TOBACCO_USE', 'smoke|smoker|smoking|non smoker|ex smoker|cigar|roll ups|tobacco|vape|vaping|vaper'],
  [
    'ALCOHOL_CONSUMPTION',
    'drink|drink alcohol|drinking alcohol|alcohol|alcohol intake|drinker|drink socially|social drinker|wine|vodka|whisky|whiskey|lager|cider|pints of beer|glasses of wine|units of alcohol|bottle of wine|binge drinking|teetotal',
  ],
  [
    'REC_DRUG_USE',
    'recreational drug|cannabis|marijuana|weed|cocaine|heroin|ecstasy|street drug|illicit drug|illegal drug|crack cocaine|ketamine',
  ],
];

export const modifierWords: readonly (readonly [ModifierType, string])[] = [
  [
    'ACUITY',
    'acute|acutely|chronic|sudden|suddenly|gradual|gradually|persistent|recurrent|recurring|ongoing|long term|longstanding|long standing|new onset|all of a sudden',
  ],
  [
    'DIRECTION',
    'left|right|left side|right side|left hand side|right hand side|left sided|right sided|both sides|one side|either side|bilateral|upper|lower|top|bottom|middle',
  ],
  [
    'QUALITY',
    'sharp|dull|throbbing|stabbing|burning|crampy|cramping|shooting|gripping|squeezing|crushing|gnawing|pounding|severe|mild|moderate|bad|terrible|awful|horrible|excruciating|slight|constant|intermittent|comes and goes|come and go|worst|intense|splitting|dry|chesty|productive|tickly|barking|hacking|bloody|watery|itchy|painful|painless',
  ],
];
