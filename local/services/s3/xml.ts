import { S3Error } from './errors.ts';

/** The content of an element: text, child elements by name, or an array for an element that repeats. */
export type XmlContent = undefined | string | number | boolean | XmlChildren | XmlContent[];
export interface XmlChildren {
  [name: string]: XmlContent;
}

export interface XmlElement {
  name: string;
  text: string;
  children: XmlElement[];
}

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A document of the S3 namespace. `undefined` leaves its element out. */
export function toXml(root: string, content: XmlContent): string {
  return toDocument(root, content, namespace);
}

/** A document of any namespace. */
export function toDocument(root: string, content: XmlContent, xmlns: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${xmlns}">${inner(content)}</${root}>`;
}

/** An error document: the one kind that carries no namespace. */
export function toErrorXml(content: XmlChildren): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner(content)}</Error>`;
}

function inner(content: XmlContent): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map(inner).join('');
  if (typeof content !== 'object') return escape(String(content));
  return Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join('');
}

function element(name: string, content: XmlContent): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((item) => element(name, item)).join('');
  return `<${name}>${inner(content)}</${name}>`;
}

const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Control characters are written as references, as S3 does: otherwise a parser would normalize line ends inside a key.
 */
function escape(text: string): string {
  return text.replace(
    /[&<>"]|\p{Cc}/gu,
    (special) => named[special] ?? `&#x${special.charCodeAt(0).toString(16).toUpperCase()};`,
  );
}

/** The parts of a document; the first that fits is taken. */
const tokens = [
  /<\?[\s\S]*?\?>/, // a declaration
  /<!--[\s\S]*?-->/,
  /<!\[CDATA\[(?<cdata>[\s\S]*?)\]\]>/,
  /<\/(?<closing>[\w:.-]+)[^<>]*>/,
  /<(?<opening>[\w:.-]+)[^<>]*?(?<empty>\/?)>/,
  /(?<text>[^<]+)/,
  /(?<stray><)/,
];
const token = new RegExp(tokens.map(({ source }) => source).join('|'), 'g');

/**
 * Reads a request document. Namespace prefixes and attributes are dropped: no document of S3 needs them.
 * @throws S3Error MalformedXML
 */
export function parseXml(source: string): XmlElement {
  const root: XmlElement = { name: '', text: '', children: [] };
  const open = [root];
  for (const { groups = {} } of source.matchAll(token)) {
    const { cdata, closing, opening, empty, text = '', stray } = groups;
    const parent = open.at(-1) ?? malformed();
    parent.text += cdata ?? unescape(text);
    if (stray !== undefined) malformed();
    if (closing !== undefined && open.pop()?.name !== localName(closing)) malformed();
    if (opening === undefined) continue;
    const child: XmlElement = { name: localName(opening), text: '', children: [] };
    parent.children.push(child);
    if (empty === '') open.push(child);
  }
  const [document, second] = root.children;
  if (open.length !== 1 || document === undefined || second !== undefined || root.text.trim() !== '') malformed();
  return document;
}

/** The text of the child element of that name, surrounding blanks included; undefined when there is none. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text;
}

export function childrenNamed(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

export function malformed(): never {
  throw new S3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate.');
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w*));?/gi, (_, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return character(Number(decimal));
    if (hex !== undefined) return character(Number.parseInt(hex, 16));
    return entities[name ?? ''] ?? malformed();
  });
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : malformed();
}
