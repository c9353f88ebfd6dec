import { ServiceError } from '../jsonService.ts';

/** In characters (code points): everything, and what is billed. */
const limits = { inAll: 6_000, billed: 3_000 };

const names =
  `speak break emphasis lang mark p phoneme prosody s say-as sub w amazon:auto-breaths amazon:breath amazon:domain
  amazon:effect`.split(/\s+/);

/** Tags and attributes that only the standard engine takes. */
const onlyStandard =
  /<(?:emphasis|amazon:auto-breaths|amazon:breath)\b|\b(?:pitch|amazon:max-duration|phonation|vocal-tract-length)\s*=|"whispered"/;

/** How many characters are billed for a text. @throws ServiceError TextLengthExceededException, InvalidSsmlException */
export function billedCharacters(text: string, isSsml: boolean, engine: string): number {
  const said = isSsml ? withoutTags(text, engine) : text;
  const [inAll, billed] = [text, said].map((one) => Array.from(one).length);
  if ((inAll ?? 0) > limits.inAll || (billed ?? 0) > limits.billed) {
    throw new ServiceError(
      'TextLengthExceededException',
      `Maximum text length has been exceeded: ${text.slice(0, 20)}`,
    );
  }
  return billed ?? 0;
}

/** Like the service's own, the message repeats what was sent. */
function withoutTags(text: string, engine: string): string {
  const wrong = () => new ServiceError('InvalidSsmlException', `Invalid SSML request: ${text.slice(0, 20)}`);
  const open: string[] = [];
  for (const [tag, end = '', name = '', empty = ''] of text.matchAll(/<(\/?)([^\s/>]+)[^<>]*?(\/?)>/g)) {
    if (!names.includes(name) || (engine === 'neural' && onlyStandard.test(tag))) throw wrong();
    if (end === '' && empty === '') open.push(name);
    if (end !== '' && open.pop() !== name) throw wrong();
  }
  const said = text.replaceAll(/<[^<>]*>/g, '');
  const isWhole = /^<speak\b[^]*<\/speak>\s*$/.test(text) && open.length === 0;
  if (!isWhole || /<|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(said)) throw wrong();
  return said;
}
