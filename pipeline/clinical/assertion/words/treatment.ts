import { anyOf } from '../../../phrases.ts';

/** Words of what is taken, started, stopped, changed, ordered and refused. */
export const treatmentWords = {
  start: anyOf`
    start(?:ing|ed)?|put (?:you|him|her|me) on|prescri\w*|giv(?:e|ing) (?:you|him|her)|try(?:ing)?|add(?:ing)?|write you
    get you|go on|switch\w*|swap\w*|instead
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
  offer: anyOf`
    would you like|do you want|shall (?:we|i)|how about|would you be|are you happy|how do you feel about|do i need
    what about (?:trying|starting)|(?:can|could) i have|should i|(?:could|can) we|i was hoping|i'd like
  `,
  binned: anyOf`
    in the bin|threw|thrown|flush\w*|left (?:it|them) (?:off|out|alone)?|gave (?:it|them|that) up|gave up
    giv(?:e|en) up|pack(?:ed)? (?:it|them) in|knocked (?:it|them)|packet (?:is|was)|drawer|cupboard|full
  `,
  neverTook: anyOf`
    never (?:took|picked|started|bought|got|had|used|filled|opened|tried)
    didn't (?:take|start|finish|pick|get|fill|use|bother)
    haven't (?:taken|had|started|used|got|been|picked|touched)|hasn't (?:taken|had|been)
    not (?:taken|started|picked)|forgot\w*|miss(?:ed)?|skip\w*
  `,
  notTaking: anyOf`
    don't (?:take|use|need|have|bother|like|want|get)|doesn't (?:take|use|need|have|like|want)
    not (?:taking|using|on|having|had)|stopped (?:taking|using|it|that|them|the)|came off|off (?:it|them|that)
    isn't taking|no longer
  `,
  course: anyOf`
    course|finished|last (?:one|tablet|dose)|used (?:it|them) (?:all )?up|r[au]n out|none left|all done
    completed|days of|week of|empty
  `,
  works: anyOf`
    work(?:s|ed)?|help(?:s|ed)?|no good|useless|didn't (?:work|help|do|touch)|doesn't (?:work|help|do|touch)
    no difference|did nothing|took the edge|a treat|trick|shift
  `,
  switched: anyOf`
    chang(?:ed|e|ing)|switch\w*|swap\w*|instead|in its place|replac\w*
    mov(?:ed|e|ing) (?:me|you|him|her|over|to)|over to
  `,
  restart: anyOf`
    restart\w*|back on|(?:start|take|try|have) (?:it|them|that)? ?again|go(?:ing)? back (?:on|to)|again|resume
  `,
  someDay: anyOf`
    not today|for now|not yet|later|next time|if that doesn't|if it doesn't|if this doesn't|plan b|sleeve
    down the (?:line|road)|another option|other option|there's also|could (?:do|think|try|go|use|consider|add)
    might (?:try|need|think|add)|would be|an option|options?|alternativ\w*|talk about|think about|consider
    one day|maybe
  `,
  refuse: anyOf`
    rather not|no thanks?|no thank you|don't want|won't|refuse\w*|not for me|i'll think|don't fancy|not keen
    not (?:having|doing|going)|leave it|over my|no way|never again|can't be|i'm not
  `,
  agree: anyOf`
    okay|fine|all right|yes please|sounds good|go for it|let's do|happy with|i'll (?:take|try|do|have|go|give)
    sure|will do|grand|deal|if you think|thank you
  `,
  demand: anyOf`stop|leave|take|start|keep|don't|try|use|put|come|bring|drink|hold|cut`,
  purpose: anyOf`
    for (?:the|my|your|his|her|that|it|those)|because of|on account of|due to|from the
    with (?:the|my|your|his|her)
  `,
  asNeeded: anyOf`
    when i need|if i need|as needed|when needed|if needed|now and (?:then|again)|only when|only if
    when it(?:'s| is)|if it(?:'s| is)|the odd|if you need|when you need|up to|no more than
  `,
  regimen: anyOf`
    once a day|twice (?:a day|daily)|three times|four times|at night|in the morning
    every (?:morning|night|day|evening|week|month|six|four|eight|other)|one a day|two a day|with food|bedtime
    breakfast|daily|weekly|milligrams?|mg|micrograms?|mcg|puffs?|units?|tablets?|drops|spoon\w*|mils?|ml
  `,
  doctors: anyOf`
    they (?:gave|put|said|told|took|stopped|started|changed|did)
    the (?:doctor|hospital|specialist|consultant|surgeon|pharmacist|chemist|nurse|dentist) (?:gave|put|said|told|took|stopped|started|changed)
    dr\.? \w+|doctor \w+|another doctor|the other doctor|casualty|the ward|prescribed
  `,
  bought: anyOf`
    bought|over the counter|chemist|pharmacy|shop|boots|walmart|tesco|online|supermarket|market|herbal|natural
    from the
  `,
  nowDo: anyOf`
    i'm on|i take|i'm taking|i use|i've been (?:taking|on|using|having)|i have (?:the|my|a|one)
    still (?:on|taking|use|have|take)|(?:he|she)'s on|(?:he|she) (?:takes|has|gets|uses)|i do take|i get
  `,
  clinicianStarts: anyOf`
    i'll (?:give|start|put|prescribe|send|write|add|get|do|order|arrange|book|refer|request)
    i'm (?:going to|gonna|giving|starting|putting|adding|prescribing|sending|ordering|referring)
    i'd like (?:you )?to|i want (?:you )?(?:to|on)|let's (?:start|try|add|put|get|do|go|give|have|see)
    we'll (?:start|try|add|put|get|do|give|need|check|send)|i would (?:start|give|suggest|recommend|like)
    i suggest|i recommend|you can (?:take|buy|use|try|have|get)|you could (?:take|buy|use|try)|you should
    you need|go ahead
  `,
  clinicianStops: anyOf`
    stop (?:the|that|it|taking|them|those|your)|come off|take you off|leave (?:the|that|it|off)|no more
    cut out|hold (?:the|that|off|it)|i(?:'d| would) (?:rather|prefer|stop|drop|leave|bin)|off the list
    cross (?:it|that)|we can (?:stop|drop|bin)|get rid|you don't need|don't need|not needed|out (?:it|that)
    finish(?:ed)? with|i want you off|throw
  `,
  clinicianKeeps: anyOf`
    carry on|keep (?:on|taking|going|that|the|it|up|using|your)|continue\w*|stay on|same (?:dose|as)
    as you are|no change|leave (?:that|it|the|those) (?:as|alone|where)|stays? (?:the same|as)|stick with
    fine to
  `,
  clinicianAvoids: anyOf`
    avoid|stay away|steer clear|mustn't|shouldn't|can't (?:use|have|take|give)
    wouldn't (?:use|give|have|take|want|touch)|not (?:with|safe|suitable|for you|a good)
    don't (?:take|use|mix|combine|buy|touch)|keep off|never take|rather you didn't|wish (?:you|she|he)
    no (?:ibuprofen|aspirin|anti)
  `,
  order: anyOf`
    order\w*|arrang\w*|book\w*|refer\w*|send(?:ing)? (?:you|off|for|him|her|a)|schedul\w*|request\w*|check(?:ing)? your
    repeat\w*|get (?:an?|some|the|your)|do (?:an?|some|your|the)|organi[sz]e|follow[- ]?up|tests?|bloods?
    see you (?:in|again|back)
  `,
} as const satisfies Readonly<Record<string, RegExp>>;
