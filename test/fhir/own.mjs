// Walks a resource along HL7's own definitions: unknown and missing elements, lists, formats, every invariant that is an
// error, required bindings, and in a Bundle the references and their types.
import fhirpath from 'fhirpath';
import model from 'fhirpath/fhir-context/r4/index.js';
import { structures, terminology } from './definitions.mjs';

/** By path of an element (`Bundle.entry`, `Coding`), its own definition and those of its children by their names in JSON. */
const elements = new Map();
function nodeOf(path) {
  if (!elements.has(path)) elements.set(path, { children: new Map() });
  return elements.get(path);
}
const resourceTypes = new Set(structures.map(({ id }) => id));

/** By primitive type, what its values look like. */
const patterns = new Map();
function patternOf(code) {
  if (!patterns.has(code)) {
    const [type] = elements.get(`${code}.value`)?.definition.type ?? [];
    const regex = type?.extension?.find(({ url }) => url.endsWith('/regex'))?.valueString ?? '[^]*';
    patterns.set(code, new RegExp(`^(?:${regex})$`));
  }
  return patterns.get(code);
}

for (const { snapshot } of structures) {
  for (const element of snapshot.element) {
    nodeOf(element.path).definition = element;
    const [, parent, name] = /^(.*)\.([^.]+)$/.exec(element.path) ?? [];
    for (const type of parent ? (element.type ?? [{ code: element.contentReference }]) : []) {
      const key = name.replace('[x]', () => type.code.charAt(0).toUpperCase() + type.code.slice(1));
      nodeOf(parent).children.set(key, { element, type });
    }
  }
}

const isLeftOut = ({ key, severity, expression }) =>
  // ele-1 counts children, and the walker hands the nodes over without their parents; htmlChecks() is for a parser of HTML.
  severity !== 'error' || key === 'ele-1' || !expression || expression.includes('htmlChecks()');
const compiled = new Map();
function holds({ expression }, base, node, environment) {
  const key = `${base}\n${expression}`;
  // dom-3 says `as` of many things at once, where the language has `ofType`.
  const said = expression.replaceAll('.as(', '.ofType(');
  if (!compiled.has(key)) compiled.set(key, fhirpath.compile({ base, expression: said }, model, { traceFn: () => {} }));
  const result = compiled.get(key)(node, environment);
  return result.length === 0 || result[0] !== false;
}

const byUrl = new Map(terminology.map((resource) => [`${resource.resourceType} ${resource.url}`, resource]));
const allIn = (concepts = []) => concepts.flatMap(({ code, concept }) => [code, ...allIn(concept)]);
const sets = new Map();

/** The codes of a value set, alone and as `system|code`; undefined where a part of it is not in the definitions, as languages are not. */
function codesOf(url) {
  const [name] = url.split('|');
  if (!sets.has(name)) {
    const parts = (byUrl.get(`ValueSet ${name}`)?.compose?.include ?? [{}]).flatMap((part) => {
      if (part.valueSet && !part.system) return part.valueSet.map(codesOf);
      const codes = part.concept ?? (part.filter ? undefined : byUrl.get(`CodeSystem ${part.system}`)?.concept);
      return [codes && new Set(allIn(codes).flatMap((code) => [code, `${part.system}|${code}`]))];
    });
    sets.set(name, parts.includes(undefined) ? undefined : new Set(parts.flatMap((part) => [...part])));
  }
  return sets.get(name);
}

function isBound(value, typeCode, codes) {
  const has = ({ system, code }) => codes.has(`${system}|${code}`);
  if (typeCode === 'CodeableConcept') return (value.coding ?? []).some(has);
  return typeCode === 'Coding' ? has(value) : codes.has(value);
}

const jsTypes = {
  boolean: 'boolean',
  integer: 'number',
  decimal: 'number',
  unsignedInt: 'number',
  positiveInt: 'number',
};

/** @returns {string[]} each fault as `place: what` */
export function validate(resource) {
  const faults = [];
  const urls = new Map((resource.entry ?? []).map((entry) => [entry.fullUrl, entry.resource?.resourceType]));
  const say = (at, what) => faults.push(`${at}: ${what}`);
  visit(resource, { type: { code: 'Resource' } }, resource.resourceType, { resource });
  return faults;

  function visit(value, { element, type }, at, environment) {
    const { code } = type;
    const reference = code.startsWith('#') ? code.slice(1) : undefined;
    const { definition: typeDefinition } = elements.get(value?.resourceType ?? code) ?? {};
    const binding = element?.binding?.strength === 'required' && codesOf(element.binding.valueSet ?? '');
    if (code.startsWith('http://hl7.org/fhirpath/') || /^[a-z]/.test(code)) return primitive(value, code, at, binding);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return say(at, 'is no object');
    const isResource = code === 'Resource';
    if (isResource && !resourceTypes.has(value.resourceType)) return say(at, 'unknown resource type');
    const isInline = code === 'BackboneElement' || code === 'Element';
    const path = reference ?? (isInline ? element.path : isResource ? value.resourceType : code);
    const now = isResource ? { resource: value } : environment;
    const variables = { resource: now.resource, rootResource: now.resource };
    const constraints = [...(element?.constraint ?? []), ...(isInline ? [] : (typeDefinition?.constraint ?? []))];
    for (const constraint of new Map(constraints.map((one) => [one.key, one])).values()) {
      if (!isLeftOut(constraint) && !holds(constraint, path, value, variables)) say(at, constraint.key);
    }
    if (binding && !isBound(value, code, binding)) say(at, 'not of the required value set');
    if (code === 'Reference') refer(value, type, at);
    const isPart = /\.extension\[\d+\]\.extension\[\d+\]$/.test(at);
    if (code === 'Extension' && !isPart && !/^[a-z]+:/.test(value.url)) say(at, 'relative url');
    children(value, path, at, now);
  }

  function children(value, path, at, environment) {
    const { children: known } = nodeOf(path);
    const names = Object.keys(value).filter((name) => name !== 'resourceType');
    if (names.length === 0) say(at, 'is empty');
    for (const name of names) {
      const child = known.get(name);
      if (!child) say(`${at}.${name}`, 'unknown element');
      else if (child.element.max === '1') visit(value[name], child, `${at}.${name}`, environment);
      else if (!Array.isArray(value[name]) || value[name].length === 0) say(`${at}.${name}`, 'is no list, or empty');
      else value[name].forEach((one, index) => visit(one, child, `${at}.${name}[${index}]`, environment));
    }
    for (const { element } of new Set(known.values())) {
      const own = names.filter((name) => known.get(name)?.element === element).length;
      if (own < element.min) say(`${at}.${element.path}`, 'missing');
      if (own > 1) say(`${at}.${element.path}`, 'more than one type');
    }
  }

  function primitive(value, typeCode, at, binding) {
    // The definitions call the type of ids and of urls of extensions one of FHIRPath.
    const code = /^\w+(?:\.entry\[\d+\]\.resource)?\.id$/.test(at) ? 'id' : typeCode;
    const isOfType = typeof value === (jsTypes[code] ?? 'string');
    if (!isOfType || !patternOf(code).test(String(value))) say(at, `is no ${code}`);
    else if (binding && !isBound(value, code, binding)) say(at, 'not of the required value set');
  }

  function refer({ reference }, { targetProfile = [] }, at) {
    if (reference === undefined) return;
    if (!urls.has(reference)) return say(at, 'leads to nothing in the Bundle');
    const types = targetProfile.map((profile) => profile.split('/').at(-1));
    if (types.length > 0 && !types.includes('Resource') && !types.includes(urls.get(reference))) say(at, 'wrong type');
  }
}
