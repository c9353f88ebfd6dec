import { anyOf, listOf } from '../../../phrases.ts';

const months = listOf`january|february|march|april|june|july|august|september|october|november|december`;
const seasons = listOf`spring|summer|autumn|winter|fall|easter|christmas|thanksgiving|ramadan|diwali`;

/** Words of what an illness is and was: since when, how sure, found how, feared or warned of. */
export const illnessWords = {
  think: anyOf`
    i think|i(?:'m| am) thinking|suspect\w*|looks? like|sounds? like|seems? (?:like|to)|probabl\w*|likely|consistent with
    suggest\w*|wonder\w*|rul(?:e|ing) out|exclude|make sure|concern\w*|worr\w*|afraid|fear\w*|question of|differential
  `,
  explain: anyOf`
    because|caus(?:es?|ing)|is when|that's what|called|means|happens|side effects?|people|patients?|helps?|works
    treat\w*|usually|often|typically|protects?|prevents?|risk|chance
  `,
  may: anyOf`could|might|may|maybe|perhaps|possib\w*|potential\w*|can (?:cause|make|give|get)|sometimes|would be`,
  if: anyOf`if|in case|unless|should (?:you|it|he|she|they|there)|whenever|once you|when you|any signs?`,
  comeBack: anyOf`
    come back|call|ring|phone|let (?:me|us) know|tell (?:me|us)|999|911|112|emergency|straight away|right away|urgent\w*
    look out|watch|keep an eye|get help|go to the
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
  had: anyOf`had|has had|diagnosed|told (?:me )?(?:i|it)|they (?:said|found|told)|found`,
  exam: anyOf`
    i (?:can )?(?:see|hear|feel|notice|find)|on (?:exam\w*|auscultation|palpation)|look(?:s|ing)?|examin\w*|exam|tender\w*
    sounds? (?:clear|normal|fine)|murmur|(?:pulse|temperature) is|pressure (?:is|was)
    your (?:heart|lungs|chest|throat|ears?|eyes?|skin|belly|abdomen|knee|tummy) (?:is|are|sounds?|looks?)
  `,
  result: anyOf`
    result\w*|c[ao]me back|shows?|showed|shown|normal|negative|positive|(?:was|is) \d+|\d+ (?:over|point|percent)|level
    reading|scan (?:was|is)|x-ray (?:was|is)|raised|elevated
  `,
  almost: anyOf`not exactly|not really|not quite|more (?:of a|like)|kind of a`,
  reaction: anyOf`
    gives? me|gave (?:me|him|her)|gives (?:him|her)|br(?:ings?|ought) (?:me|him|her) out|c[oa]me (?:out|up) in
    broke out|swell(?:ed|s)?|off it|didn't agree|doesn't agree|upset (?:my|his|her)|turned my
    made (?:me|him|her|my)|makes (?:me|him|her|my)|itch\w*|welts|hives|rash|reaction|throat closed|swollen
    collapsed
  `,
  vaccine: anyOf`vaccin\w*|jabs?|booster|immuni[sz]\w*|immune|shots?|dose|inoculat\w*`,
  childhood: anyOf`
    as a (?:child|kid|baby|boy|girl|young|teenager|student)|when (?:i|he|she|you|we) (?:was|were)|growing up
    grew out|grown out|in school|at school|school days|little|in the army|childhood|first (?:baby|pregnancy)
    with my (?:first|second|last)|younger
  `,
  date: anyOf`
    (?:19|20)\d\d|in (?:${months})|last (?:${months}|${seasons}|year|month)|at (?:${seasons})
    in the (?:${seasons})|(?:years|months) (?:ago|back|before)|years
  `,
  once: anyOf`one time|once|only once|the one time|a couple of times|first time|many times|just the once`,
  lasting: anyOf`
    for (?:a|about|two|three|four|five|six|seven|eight|ten|\d+|the last|the past|a few|some|many) \w+
    since \w+|all (?:day|night|the time)|constant\w*|ever since|these (?:days|two|three)|on and off
    comes and goes
  `,
  gone: anyOf`
    gone|went|away|cleared|finished|over|settled|no more|not any ?more|healed|resolved|passed|vanished|history
    behind
  `,
  better: anyOf`better|eas(?:ed|ing)|improv\w*|down|less|calmer|easier|lighter`,
  worse: anyOf`worse|more|bad|terrible|awful|killing|dreadful|worst|sore|severe`,
  fine: anyOf`
    fine|okay|normal|good|grand|perfect|all right|no problem|no trouble|clear|negative|clean|healthy|regular
  `,
  tests: anyOf`
    test(?:s|ed|ing)? for|check(?:ing)? for|screen\w*|rule (?:it |that )?out|in case it's|make sure
    look(?:ing)? for|scan|bloods?|ultrasound|x-ray|swab|culture|biopsy|level|panel|mri|ct|ecg|ekg
  `,
  risk: anyOf`
    risks? of|chances? of|lead to|prone|complication|danger\w*|at risk|higher risk|likely to get|stroke|clot
    cancer
  `,
  sideEffect: anyOf`
    can (?:make|give|cause|get|bring|put|upset)|may (?:make|give|cause|get|feel|notice)
    might (?:get|feel|make|notice|cause)|could (?:make|cause|give|get)|side effects?|watch for|look out
    commonest|common|rarely|some people|a few people|mainly
  `,
  emergency: anyOf`
    999|911|112|a and e|a&e|emergency|er|ambulance|straight (?:away|in|back)|same day|call (?:me|us)
    ring (?:me|us)|come (?:back|in)|don't wait|urgent\w*|hospital
  `,
  guess: anyOf`
    could be|might be|may be|maybe|perhaps|possib\w*|i think|probabl\w*|likely|suspect\w*|sounds like
    looks like|seems|wonder|i'd say|i reckon|i believe|suggests?|consistent|fits with|in keeping|points? to
    working|impression|could well
  `,
  certain: anyOf`
    you've got|you have|this is|that's|it's (?:a|an|the|your)|definitely|clearly|confirmed|diagnos\w*
    so (?:this|that|it) is|certainly|shows|show|means you
  `,
  notIt: anyOf`
    i don't think|don't believe|not (?:a|an|the|that|worried|likely|concerned)
    doesn't (?:sound|look|seem|go|fit)|isn't|unlikely|no sign|no evidence|nothing to suggest|not seeing
    rules? (?:it |that )?out|against|reassur\w*|i can't see
  `,
  findings: anyOf`
    i (?:can )?(?:see|hear|feel|notice|do notice|find)|on (?:your )?(?:exam\w*|physical)
    there(?:'s| is) (?:a|some|no|an)|tender\w*|does (?:that|it|this) hurt|press|show me|lift|camera|look at
    hold (?:it|that|your)|i do (?:see|notice|recognize|hear|feel)
  `,
  example: anyOf`such as|like|things like|for example|anything like|same as|similar to|rather than|as opposed`,
  allergy: anyOf`
    allerg\w*|react(?:s|ed|ion)?|rash (?:from|with|after)|hives|anaphyla\w*|swell\w* (?:up|after|with)|intoleran\w*
    can't (?:have|take|tolerate)|brings? me out|came out in
  `,
} as const satisfies Readonly<Record<string, RegExp>>;
