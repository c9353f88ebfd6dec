import { anyOf, listOf } from '../../../phrases.ts';

const kinWords = listOf`
  mum|mom|mother|dad|father|brother|sister|aunt|auntie|uncle|cousin|gran\w*|nan|nana|grandfather|grandmother
  wife|husband|partner|son|daughter|baby|child|children|kids?|boy|girl|niece|nephew|sibling|parents?|in-laws?
  friend|neighbou?r|colleague|boss|family|relatives?
`;

/** Words of asking, answering, denying and doubting, and of whose illness it is. */
export const talkWords = {
  no: anyOf`no(?! (?:longer|problem|doubt|worries))|not|never|none|nothing|without|neither|nor|nobody|\w+n't|cannot|den(?:y|ies)`,
  will: anyOf`
    i'll|we'll|i will|we will|going to|gonna|i'd like|i would like|i want (?:you|to)|let's|let me
    we (?:should|need|can|could|ought)|you(?:'ll| will| should| need| can| could)|i (?:recommend|suggest|advise)
    i(?:'m| am) (?:sending|booking|ordering|arranging|referring|starting|prescribing|giving|putting|happy to)
    i'd (?:recommend|suggest|advise|rather|go|get|do|have)|plan|next step|please
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
  ask: anyOf`worried|scared|afraid|google\w*|read (?:about|that|online)|internet|is it|could it|what if|do you think|reckon`,
  said: anyOf`
    you (?:said|mentioned|told|were|had|described|talked|wrote)|so you|so it's|you've (?:got|had|been)|as you|just to
    i (?:understand|gather|see) (?:that )?(?:you|from)|let me (?:just )?(?:recap|check|read|summari[sz]e)
  `,
  unsure: anyOf`
    not sure|don't know|i guess|i suppose|sort of|kind of|hard to say|(?:can't|don't) remember|bit of|a little|slightly
  `,
  only: anyOf`just|only|apart from|except|other than|besides`,
  whether: anyOf`have you|do you|did you|are you|any|has (?:he|she|it|there)|is there|ever`,
  habit: anyOf`smok\w*|cigarett\w*|vap\w*|drink\w*|alcohol|units|wine|beer|drugs`,
  reads: anyOf`
    it says|i've got (?:you|down|here|a|the|on)
    on (?:your|the|my) (?:list|screen|chart|notes|form|file|computer|record)|down (?:here|as|for)|i see
    i have you|letter|records?|notes|file|list|i can see|here|according|discharge
  `,
  confirm: anyOf`
    (?:right|correct|yeah|yes|is it|do you)(?=\?)|is that right|isn't it|aren't you|don't you|haven't you|wasn't it
    didn't you
  `,
  friend: anyOf`
    my (?:friend|neighbou?r|roommate|flatmate|colleague|boss|mate|pal|workmate|cousin|boyfriend|girlfriend)
    a (?:friend|neighbou?r|lad|woman|man|fella|guy|lady) (?:at|in|i|from|who)|people|somebody|someone|everyone
    everybody|they say|facebook|google|internet|youtube|the news|read
  `,
  kinMore: anyOf`
    pa|ma|mam|mammy|mama|papa|da|daddy|ouma|oupa|father-in-law|mother-in-law|sister-in-law|brother-in-law
    sister's|brother's|mother's|father's|mom's|dad's|mum's|husband's|wife's|son's|daughter's|twin|grand\w+
    great-\w+|ancestors|his|her|he's|she's|he|she
  `,
  bloodKin: anyOf`
    (?:my|her|his|your) (?:late )?(?:elder |younger |big |little |older )?(?:mum|mom|mother|mam|dad|father|brother|sister|aunt|auntie|uncle|cousin|gran|nan|granny|grandmother|grandfather|grandad|grandma|grandpa|son|daughter|parents)
    in the family|on (?:my|her|his) (?:mum|mom|mother|dad|father)'s side|family
  `,
  notMe: anyOf`
    not me|myself,? never|not (?:him|her)|i've never|me,? no|i don't have|personally|nobody|no one|none of us
    no family
  `,
  died: anyOf`died|passed|late|lost|buried|funeral|killed`,
  allNone: anyOf`
    none of (?:that|those|them|it)|nothing like|no,? nothing|neither|not any|no to|all no|nor|nothing
  `,
  allYes: anyOf`both|all of (?:that|those|them|it)|all three|the lot|yes to|everything|same`,
  partly: anyOf`
    a bit|a little|slight\w*|sort of|kind of|not really|not exactly|hardly|not much|barely|mild\w*|sometimes
    now and (?:then|again)|occasional\w*|rarely|the odd|on and off
  `,
  dont: anyOf`
    i wouldn't say|not that i|i don't know|not sure|can't say|hard to|never noticed|haven't noticed
    didn't notice|not noticed|to be honest|honestly
  `,
} as const satisfies Readonly<Record<string, RegExp>>;
