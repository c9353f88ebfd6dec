import { readFileSync } from 'node:fs';

/** A CloudFormation template as it is packaged. */
export interface Template {
  Resources: Record<string, Resource>;
  Parameters?: Record<string, unknown>;
  Conditions?: Record<string, unknown>;
  Outputs?: Record<string, unknown>;
}

export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  Condition?: string;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

export function readTemplate(path: string): Template {
  return JSON.parse(readFileSync(path, 'utf8')) as Template;
}

/** One reference of a template: the whole resource, or an attribute of it. */
export interface Reference {
  path: string;
  id: string;
  attribute?: string;
}

/** Every Ref, Fn::GetAtt and Fn::Sub of a value, with its place. */
export function referencesOf(value: unknown, path: string): Reference[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => referencesOf(item, `${path}.${at}`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, content]) => {
    if (name === 'Ref' && typeof content === 'string') return [{ path, id: content }];
    if (name === 'Fn::GetAtt') {
      const [id = '', ...attribute] = typeof content === 'string' ? content.split('.') : (content as string[]);
      return [{ path, id, attribute: attribute.join('.') }];
    }
    if (name === 'Fn::Sub') return substitutionsOf(content, path);
    return referencesOf(content, `${path}.${name}`);
  });
}

function substitutionsOf(content: unknown, path: string): Reference[] {
  const [text, own = {}] = Array.isArray(content) ? (content as [string, Record<string, unknown>?]) : [String(content)];
  const names = [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map((match) => match[1] ?? '');
  return names
    .filter((name) => !Object.hasOwn(own, name))
    .map((name) => {
      const [id = '', ...attribute] = name.split('.');
      return attribute.length === 0 ? { path, id } : { path, id, attribute: attribute.join('.') };
    });
}

/** Whether CloudFormation computes the value: then its type is not known beforehand. */
export function isIntrinsic(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  return (
    names.length === 1 && (names[0] === 'Ref' || names[0] === 'Condition' || names[0]?.startsWith('Fn::') === true)
  );
}
