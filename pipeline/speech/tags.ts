import type { Engine } from './voices.ts';

/** An attribute: the values that each engine takes, where they are few. */
interface Attribute {
  values?: RegExp;
  /** Both, unless said otherwise. */
  engines?: readonly Engine[];
  /** Values that only the standard engine takes. */
  standardValues?: RegExp;
}

/** An SSML tag of Polly: its attributes, and the engines that take it, both unless said otherwise. */
interface Tag {
  attributes: Readonly<Record<string, Attribute>>;
  engines?: readonly Engine[];
}

const any: Attribute = {};
const standard: readonly Engine[] = ['standard'];
const onlyStandard: Attribute = { engines: standard };
const language: Attribute = { values: /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/ };

/**
 * The tags that Polly takes, from its guide ("Supported SSML tags"). Its newscaster is left out: few voices have it. What the
 * guide calls partly available is limited to what it shows to work.
 */
export const tags: Readonly<Record<string, Tag>> = {
  speak: { attributes: { 'xml:lang': language, version: any, xmlns: any } },
  break: {
    attributes: {
      strength: { values: /^(?:none|x-weak|weak|medium|strong|x-strong)$/ },
      // Ten seconds at most.
      time: { values: /^(?:\d{1,4}ms|10000ms|\d(?:\.\d+)?s|10s)$/ },
    },
  },
  lang: { attributes: { 'xml:lang': language } },
  mark: { attributes: { name: any } },
  p: { attributes: {} },
  s: { attributes: {} },
  phoneme: { attributes: { alphabet: { values: /^(?:ipa|x-sampa|x-amazon-\w+)$/ }, ph: any } },
  prosody: {
    attributes: { volume: any, rate: any, pitch: onlyStandard, 'amazon:max-duration': onlyStandard },
  },
  'say-as': { attributes: { 'interpret-as': any, format: any } },
  sub: { attributes: { alias: any } },
  w: { attributes: { role: any } },
  emphasis: { attributes: { level: any }, engines: standard },
  'amazon:auto-breaths': { attributes: { volume: any, frequency: any, duration: any }, engines: standard },
  'amazon:breath': { attributes: { volume: any, duration: any }, engines: standard },
  'amazon:effect': {
    attributes: {
      name: { values: /^(?:drc|whispered)$/, standardValues: /^whispered$/ },
      phonation: onlyStandard,
      'vocal-tract-length': onlyStandard,
    },
  },
};

/** The engines that take a tag with these attributes; undefined where none of Polly's does. */
export function enginesOf(name: string, attributes: ReadonlyMap<string, string>): readonly Engine[] | undefined {
  const tag = Object.hasOwn(tags, name) ? tags[name] : undefined;
  if (!tag) return undefined;
  let engines: readonly Engine[] = tag.engines ?? ['neural', 'standard'];
  for (const [key, value] of attributes) {
    const attribute = Object.hasOwn(tag.attributes, key) ? tag.attributes[key] : undefined;
    if (!attribute || attribute.values?.test(value) === false) return undefined;
    const taken = attribute.standardValues?.test(value) ? standard : attribute.engines;
    engines = engines.filter((engine) => taken?.includes(engine) ?? true);
  }
  return engines;
}
