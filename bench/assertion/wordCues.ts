import { anyOf, listOf } from '../../pipeline/phrases.ts';

const kinWords = listOf`
  mum|mom|mother|dad|father|brother|sister|aunt|auntie|uncle|cousin|gran\w*|nan|nana|grandfather|grandmother
  wife|husband|partner|son|daughter|baby|child|children|kids?|boy|girl|niece|nephew|sibling|parents?|in-laws?
  friend|neighbou?r|colleague|boss|family|relatives?
`;

/**
 * Kinds of words that bear on the status of a finding, wherever they stand: what they mean in a place, said by whom, is
 * for the weights to say. Each is heard at most once in a stretch of talk.
 */
export const wordCues = {
  no: anyOf`no(?! (?:longer|problem|doubt|worries))|not|never|none|nothing|without|neither|nor|nobody|\w+n't|cannot|den(?:y|ies)`,
  if: anyOf`if|in case|unless|should (?:you|it|he|she|they|there)|whenever|once you|when you|any signs?`,
  comeBack: anyOf`
    come back|call|ring|phone|let (?:me|us) know|tell (?:me|us)|999|911|112|emergency|straight away|right away|urgent\w*
    look out|watch|keep an eye|get help|go to the
  `,
  may: anyOf`could|might|may|maybe|perhaps|possib\w*|potential\w*|can (?:cause|make|give|get)|sometimes|would be`,
  think: anyOf`
    i think|i(?:'m| am) thinking|suspect\w*|looks? like|sounds? like|seems? (?:like|to)|probabl\w*|likely|consistent with
    suggest\w*|wonder\w*|rul(?:e|ing) out|exclude|make sure|concern\w*|worr\w*|afraid|fear\w*|question of|differential
  `,
  explain: anyOf`
    because|caus(?:es?|ing)|is when|that's what|called|means|happens|side effects?|people|patients?|helps?|works
    treat\w*|usually|often|typically|protects?|prevents?|risk|chance
  `,
  start: anyOf`
    start(?:ing|ed)?|put (?:you|him|her|me) on|prescri\w*|giv(?:e|ing) (?:you|him|her)|try(?:ing)?|add(?:ing)?|write you
    get you|go on|switch\w*|swap\w*|instead
  `,
  will: anyOf`
    i'll|we'll|i will|we will|going to|gonna|i'd like|i would like|i want (?:you|to)|let's|let me
    we (?:should|need|can|could|ought)|you(?:'ll| will| should| need| can| could)|i (?:recommend|suggest|advise)
    i(?:'m| am) (?:sending|booking|ordering|arranging|referring|starting|prescribing|giving|putting|happy to)
    i'd (?:recommend|suggest|advise|rather|go|get|do|have)|plan|next step|please
  `,
  order: anyOf`
    order\w*|arrang\w*|book\w*|refer\w*|send(?:ing)? (?:you|off|for|him|her|a)|schedul\w*|request\w*|check(?:ing)? your
    repeat\w*|get (?:an?|some|the|your)|do (?:an?|some|your|the)|organi[sz]e|follow[- ]?up|tests?|bloods?
    see you (?:in|again|back)
  `,
  stop: anyOf`
    stop(?:ping|ped)?|c[oa]me off|coming off|t[ao]ken? (?:me|him|her|you) off|took (?:me|him|her|you) off|taken off
    hold(?:ing)?|pause|leave (?:it )?off|leave out|discontinu\w*|gave (?:it |them |that )?up|quit|r[au]n out|finish\w*
    no longer|not (?:any ?more|taking|on)|get rid|wean|instead of|replac\w*
  `,
  keep: anyOf`
    continu\w*|carry on|keep (?:taking|on|up|going|using|that|it|the|you)|stay(?:ing)? on|same dose|stick with
    leave (?:it|that|the|you|your) (?:as|where|the same|alone|on)|going with|still
  `,
  change: anyOf`
    increas\w*|decreas\w*|reduc\w*|rais\w*|doubl\w*|halv\w*|half|up to|up the|lower\w*|higher|titrat\w*|adjust\w*|change\w*
    bring(?:ing)? (?:it |the |that |your )?(?:up|down)|go(?:ing)? (?:up|down)|down to|step (?:up|down)|more of
  `,
  avoid: anyOf`
    avoid\w*|stay away|steer clear|don't (?:take|use|give|have|start|put|want you)|shouldn't|mustn't|wouldn't|against
    not (?:recommend\w*|advis\w*|keen|safe|with|needed|necessary|today|for)|won't (?:give|need|start|be)|no need|no point
    don't (?:think )?(?:you |we )?need|off the table|hold off|rather not
  `,
  take: anyOf`
    tak(?:e|es|ing)|i'm on|i am on|(?:she|he)'s on|on (?:it|them|that)|us(?:e|es|ing)|been on|every (?:day|morning|night)
    daily|once a|twice a|at night|regularly|my (?:tablets|pills|inhaler|meds|medication)|tablets?|puffs?
  `,
  took: anyOf`
    took|taken|tried|used|had some|given|gave me|was on|were on|had been|prescribed me|they gave|put me on|started me
  `,
  past: anyOf`
    used to|years? ago|as a (?:child|kid|baby|boy|girl|teenager|young)|when (?:i|he|she) was|in (?:19|20)\d\d|back in
    in the past|previous\w*|history of|long ago|decades|childhood|a while (?:ago|back)|months ago|years back|at school
    last (?:year|winter|summer|spring|autumn)|once (?:had|before)|before (?:that|this|i)|my twenties|in my
  `,
  over: anyOf`
    gone|went away|better now|cleared|settled|resolved|stopped now|back to normal|passed|recovered|all right now|fine now
    improved|eased|wore off|went down|disappeared
  `,
  recent: anyOf`
    yesterday|last (?:night|week)|this (?:morning|week)|today|days? ago|weeks? ago|since|for the (?:last|past)
    couple of (?:days|weeks)|now|at the moment|currently|these days|lately|recently
  `,
  kin: anyOf`
    (?:my|our|his|her|their|your) (?:\w+ )?(?:${kinWords})|family|runs in|relatives|(?:he|she|they)(?:'s| had| has| died| got)
    his|mum|mom|dad|gran|nan|grandma|grandad|grandpa
  `,
  self: anyOf`i|i'm|i've|i'd|me|my|mine`,
  you: anyOf`you|you're|you've|your`,
  have: anyOf`
    i (?:have|had|get|got|feel|felt|keep)|i've (?:got|had|been)|i'm (?:getting|having|feeling)|there's|there is|having
    it(?:'s| is| has|'s been)|hurts|comes?|bother\w*|suffer\w*|been
  `,
  had: anyOf`had|has had|diagnosed|told (?:me )?(?:i|it)|they (?:said|found|told)|found`,
  allergy: anyOf`
    allerg\w*|react(?:s|ed|ion)?|rash (?:from|with|after)|hives|anaphyla\w*|swell\w* (?:up|after|with)|intoleran\w*
    can't (?:have|take|tolerate)|brings? me out|came out in
  `,
  ask: anyOf`worried|scared|afraid|google\w*|read (?:about|that|online)|internet|is it|could it|what if|do you think|reckon`,
  said: anyOf`
    you (?:said|mentioned|told|were|had|described|talked|wrote)|so you|so it's|you've (?:got|had|been)|as you|just to
    i (?:understand|gather|see) (?:that )?(?:you|from)|let me (?:just )?(?:recap|check|read|summari[sz]e)
  `,
  exam: anyOf`
    i (?:can )?(?:see|hear|feel|notice|find)|on (?:exam\w*|auscultation|palpation)|look(?:s|ing)?|examin\w*|exam|tender\w*
    sounds? (?:clear|normal|fine)|murmur|(?:pulse|temperature) is|pressure (?:is|was)
    your (?:heart|lungs|chest|throat|ears?|eyes?|skin|belly|abdomen|knee|tummy) (?:is|are|sounds?|looks?)
  `,
  result: anyOf`
    result\w*|c[ao]me back|shows?|showed|shown|normal|negative|positive|(?:was|is) \d+|\d+ (?:over|point|percent)|level
    reading|scan (?:was|is)|x-ray (?:was|is)|raised|elevated
  `,
  offer: anyOf`
    would you like|do you want|shall (?:we|i)|how about|would you be|are you happy|how do you feel about|do i need
    what about (?:trying|starting)|(?:can|could) i have|should i|(?:could|can) we|i was hoping|i'd like
  `,
  unsure: anyOf`
    not sure|don't know|i guess|i suppose|sort of|kind of|hard to say|(?:can't|don't) remember|bit of|a little|slightly
  `,
  only: anyOf`just|only|apart from|except|other than|besides`,
  whether: anyOf`have you|do you|did you|are you|any|has (?:he|she|it|there)|is there|ever`,
  habit: anyOf`smok\w*|cigarett\w*|vap\w*|drink\w*|alcohol|units|wine|beer|drugs`,
  example: anyOf`such as|like|things like|for example|anything like|same as|similar to|rather than|as opposed`,
  almost: anyOf`not exactly|not really|not quite|more (?:of a|like)|kind of a`,
} as const satisfies Readonly<Record<string, RegExp>>;

export type WordCue = keyof typeof wordCues;

const names = Object.keys(wordCues) as WordCue[];

/** The kinds of words that a stretch of talk holds, in the order of the table. */
export function cuesIn(text: string): WordCue[] {
  return names.filter((name) => wordCues[name].test(text));
}
