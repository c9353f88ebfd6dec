import type { Relative } from '../../entities.ts';
import { anyOf } from '../../../phrases.ts';

/** The words for the relatives that have a name of their own in the documents. */
export const kin = {
  mother: 'mum|mom|mother',
  father: 'dad|father',
  brother: 'brother',
  sister: 'sister',
  son: 'son',
  daughter: 'daughter',
  aunt: 'aunt|auntie|aunty',
  uncle: 'uncle',
  grandmother: 'gran|granny|grandma|grandmother|nan|nana|nanny',
  grandfather: 'grandad|granddad|grandpa|grandfather',
  cousin: 'cousin',
} as const satisfies Readonly<Record<Exclude<Relative, 'other'>, string>>;

export const parents = `${kin.mother}|${kin.father}`;

/** The names by which a relative is called without "my". */
export const calledByName = 'mum|mom|dad|nan|gran';

/** Relatives whom the patient may have brought up. */
export const near = `${kin.son}|${kin.daughter}|baby|child|children|kid|boy|girl|twin|grandson|granddaughter|nephew|niece|little (?:boy|girl|one)`;
export const partner = 'wife|husband|partner|girlfriend|boyfriend';

const siblings = `${kin.brother}|${kin.sister}|sibling`;
const elder = String.raw`${parents}|parent|${siblings}|${kin.aunt}|${kin.uncle}|${kin.cousin}|gran\w*|nan|nana|nanny|family|in-law`;

/** Anybody but the patient. */
export const somebody = `${elder}|${near}|${partner}|ex|fianc[eé]e?|step\\w+|flatmate|roommate|colleague|friend|boss|neighbou?r|dog|cat`;

/** "Does anybody in the family have it?" */
export const asksOfFamily = anyOf`
  family|relatives?|your (?:\w+ )?(?:${parents}|parents?|brothers?|sisters?|siblings?)
`;
