import type { PropertyType, Resource as Spec, ResourceProperties } from '@aws-cdk/service-spec-types';
import { checkMetrics } from './metrics.ts';
import { serviceSpec } from './serviceSpec.ts';
import { isIntrinsic, referencesOf, type Template } from './template.ts';

/** Checks a template against AWS's own resource specification, which knows no enumerations. One line per fault. */
export function checkSpecification(template: Template): string[] {
  return [...checkResources(template), ...checkReferences(template), ...checkMetrics(template)];
}

function specOf(type: string): Spec | undefined {
  return serviceSpec().lookup('resource', 'cloudFormationType', 'equals', type)[0];
}

function checkResources({ Resources }: Template): string[] {
  return Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) => {
    const spec = specOf(Type);
    return spec ? checkProperties(Properties, spec.properties, id) : [`${id}: there is no resource type ${Type}`];
  });
}

function checkProperties(value: Record<string, unknown>, known: ResourceProperties, path: string): string[] {
  const missing = Object.entries(known).flatMap(([name, { required }]) =>
    required === true && !(name in value) ? [`${path}: ${name} is missing`] : [],
  );
  const faults = Object.entries(value).flatMap(([name, content]) => {
    const property = known[name];
    if (!property) return [`${path}: there is no property ${name}`];
    return checkAny([property.type, ...(property.previousTypes ?? [])], content, `${path}.${name}`);
  });
  return [...missing, ...faults];
}

/** Of several types that a property may have or has had, one must fit. */
function checkAny(types: readonly PropertyType[], value: unknown, path: string): string[] {
  const faults = types.map((type) => checkValue(type, value, path));
  return faults.find((found) => found.length === 0) ?? faults[0] ?? [];
}

function checkValue(type: PropertyType, value: unknown, path: string): string[] {
  if (isIntrinsic(value)) return [];
  const wrong = [`${path}: ${typeof value} where ${type.type} is wanted`];
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  switch (type.type) {
    case 'string':
    case 'date-time':
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [] : wrong;
    case 'number':
    case 'integer':
      return typeof value === 'number' || (typeof value === 'string' && value !== '' && !Number.isNaN(Number(value)))
        ? []
        : wrong;
    case 'boolean':
      return typeof value === 'boolean' || value === 'true' || value === 'false' ? [] : wrong;
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, at) => checkValue(type.element, item, `${path}.${at}`))
        : wrong;
    case 'map':
      return isObject
        ? Object.entries(value).flatMap(([name, item]) => checkValue(type.element, item, `${path}.${name}`))
        : wrong;
    case 'ref': {
      const definition = serviceSpec().get('typeDefinition', type.reference.$ref);
      return isObject ? checkProperties(value as Record<string, unknown>, definition.properties, path) : wrong;
    }
    case 'union':
      return checkAny(type.types, value, path);
    case 'tag':
      return isObject && 'Key' in value && 'Value' in value ? [] : wrong;
    case 'json':
    case 'null':
      return [];
  }
}

function checkReferences(template: Template): string[] {
  const { Resources, Parameters = {}, Outputs = {} } = template;
  const references = [...referencesOf(Resources, 'Resources'), ...referencesOf(Outputs, 'Outputs')];
  const dangling = references.flatMap(({ path, id, attribute }) => {
    if (id.startsWith('AWS::') || id in Parameters) return [];
    const resource = Resources[id];
    if (!resource) return [`${path}: there is no resource ${id}`];
    const attributes = specOf(resource.Type)?.attributes ?? {};
    return attribute === undefined || attribute in attributes ? [] : [`${path}: ${id} has no attribute ${attribute}`];
  });
  const waits = Object.entries(Resources).flatMap(([id, { DependsOn = [] }]) =>
    [DependsOn]
      .flat()
      .flatMap((other) => (other in Resources ? [] : [`${id}: DependsOn names ${other}, which is not there`])),
  );
  return [...dangling, ...waits];
}
