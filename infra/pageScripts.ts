import type { Metafile } from 'esbuild';

/** A script of the page. */
export interface PageScript {
  /** Of the module that it is made of; `chunk` for what several of them share. */
  name: string;
  text: string;
  /** It is run when something that is drawn on demand is first asked for. The others open the page. */
  isLater: boolean;
}

type Outputs = Metafile['outputs'];

/**
 * The modules that esbuild wrote, minified, as scripts that need no address: a page that is one file has none for its parts,
 * and its policy lets it load nothing. Each module but the entry is a function under its name, which a browser glances over
 * and does not run; the first import calls it. The entry is the last, so that whatever it asks for is there.
 */
export function toScripts(entry: string, outputs: Outputs, textOf: (name: string) => string): PageScript[] {
  const names = reachedFrom(entry, outputs, ['import-statement', 'dynamic-import']);
  const first = reachedFrom(entry, outputs, ['import-statement']);
  const parts = names.filter((name) => name !== entry).toSorted();
  return [
    ...parts.map((name) => ({
      name: name.replace(/-\w+\.js$/, ''),
      text: toPart(name, textOf(name), first.includes(name)),
      isLater: !first.includes(name),
    })),
    { name: entry.replace(/\.js$/, ''), text: toEntry(textOf(entry)), isLater: false },
  ];
}

/** Those that are imported from here, directly or by another, with this one. */
function reachedFrom(entry: string, outputs: Outputs, kinds: readonly string[]): string[] {
  const reached = [entry];
  // Grows while it is walked through.
  for (const name of reached) {
    const imported = outputs[name]?.imports.filter(({ kind }) => kinds.includes(kind)).map(({ path }) => path) ?? [];
    reached.push(...imported.filter((path) => !reached.includes(path)));
  }
  return reached;
}

/** What stands in parentheses is compiled at once, and not glanced over first. */
function toPart(name: string, text: string, isFirst: boolean): string {
  const made = `part=>{"use strict";${toBody(text)}}`;
  return `(globalThis.medzen??={})["./${name}"]=${isFirst ? `(${made})` : made};`;
}

function toEntry(text: string): string {
  return `(()=>{"use strict";const made={},part=name=>made[name]??=medzen[name](part);${toBody(text)}})();`;
}

/** A module as the body of a function: it takes what it imports out of other parts, and returns what it exports. */
function toBody(module: string): string {
  const head = /^(?:import(?:\{[^}]*\}from)?"[^"]+";)*/.exec(module)?.[0] ?? '';
  const imports = head.replaceAll(
    /import(?:\{([^}]*)\}from)?("[^"]+");/g,
    (_, names: string | undefined, path: string) =>
      names === undefined ? `part(${path});` : `const{${names.replaceAll(' as ', ':')}}=part(${path});`,
  );
  const rest = module
    .slice(head.length)
    .replaceAll(/\bimport\(("\.\/[\w-]+\.js")\)/g, (_, path: string) => `Promise.resolve().then(()=>part(${path}))`)
    .replace(/export\{([^}]*)\};\s*$/, (_, names: string) => `return{${toProperties(names)}}`);
  return imports + rest;
}

/** `a as b, c` of an export as the properties of an object. */
function toProperties(names: string): string {
  return names.replaceAll(/([\w$]+) as ([\w$]+)/g, '$2:$1');
}
