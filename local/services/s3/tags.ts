import { S3Error } from './errors.ts';
import { childrenNamed, childText, malformed, parseXml, toXml } from './xml.ts';

const mostTags = 10;
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Reads `x-amz-tagging`: `name=value` pairs in the form of a query. @throws S3Error InvalidTag */
export function tagsFromHeader(header: string | undefined): Record<string, string> {
  return checked([...new URLSearchParams(header ?? '')]);
}

/** Reads a Tagging document. @throws S3Error InvalidTag, MalformedXML */
export function tagsFromXml(source: string): Record<string, string> {
  const document = parseXml(source);
  const [set] = childrenNamed(document, 'TagSet');
  if (document.name !== 'Tagging' || set === undefined) malformed();
  return checked(
    childrenNamed(set, 'Tag').map((tag) => [
      childText(tag, 'Key') ?? malformed(),
      childText(tag, 'Value') ?? malformed(),
    ]),
  );
}

export function tagsToXml(tags: Record<string, string>): string {
  return toXml('Tagging', { TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } });
}

/** The rules of object tags: at most 10, keys of 1-128 and values of 0-256 characters, no key twice. */
function checked(pairs: [string, string][]): Record<string, string> {
  if (pairs.length > mostTags) throw new S3Error('InvalidTag', `Object tags cannot be greater than ${mostTags}`);
  for (const [key, value] of pairs) {
    if (key === '' || key.length > 128 || !allowed.test(key)) throw invalid('TagKey', key);
    if (key.startsWith('aws:')) throw new S3Error('InvalidTag', 'System tags cannot be added/updated by requester');
    if (value.length > 256 || !allowed.test(value)) throw invalid('TagValue', value);
  }
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length === pairs.length) return tags;
  throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
}

function invalid(what: string, value: string): S3Error {
  return new S3Error('InvalidTag', `The ${what} you have provided is invalid`, { [what]: value });
}
