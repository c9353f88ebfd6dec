/** The small closed word classes: complaints that need a site, habits, and words that qualify a condition. */
import { listOf } from '../../pipeline/phrases.ts';

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
  [
    'TOBACCO_USE',
    listOf`
      smoke|smoker|smoking|non smoker|ex smoker|social smoker|cigarette|cigarettes|ciggie|cig|fag|fags
      cigar|roll up|rollie|tobacco|chewing tobacco|chew tobacco|dip tobacco|snuff|snus|vape|vaping|vaper|e cigarette
      e cig|vape pen|shisha|hookah|smoke a pipe|pack of cigarettes|packet of cigarettes
      pack a day|packs a day|packet a day|pack year|pack years
    `,
  ],
  [
    'ALCOHOL_CONSUMPTION',
    listOf`
      drink|drink alcohol|drinking alcohol|alcohol|alcohol intake|drinker|drink socially|social drinker|a drink
      wine|vodka|whisky|whiskey|lager|cider|brandy|brandies|gin|rum|sherry|champagne|prosecco|cocktail|liquor|booze|tipple
      palm wine|beer|beers|pint|pints of beer|can of beer|cans of beer|cans of lager
      glass of wine|glasses of wine|bottle of wine|units of alcohol|units a week|units per week
      binge drinking|binge drink|teetotal|teetotaller|tee total|touch a drop|touch alcohol|touch the stuff|on the wagon
      cans a night|cans a day|cans at the weekend|cans at weekends|cans on a saturday|cans in the evening|off the drink|off the booze|back on the drink|sober|hungover|hangover|drunk
    `,
  ],
  [
    'REC_DRUG_USE',
    listOf`
      recreational drug|drug use|drugs|use drugs|street drug|illicit drug|illegal drug|hard drug|party drug
      cannabis|marijuana|weed|hash|hashish|ganja|dagga|bhang|skunk|spliff|edible|edibles|pot|THC
      smoke a joint|smokes a joint|have a joint|had a joint|odd joint|joint now and then|joints|smoke pot
      cocaine|crack cocaine|crack|coke|heroin|ecstasy|MDMA|molly|ketamine|meth|crystal meth|methamphetamine
      magic mushroom|mushrooms|LSD|poppers|khat|opium|legal highs|laughing gas|nitrous oxide|tik|nyaope
      IV drug use|IV drugs|inject drugs|injected drugs|injecting drugs|inject anything|ever inject|shoot up|needles
    `,
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
