import { missing, type Resource } from './resolver.ts';

/** What conditions say once parameters are filled in: as much of CloudFormation's as the project uses. */
function holds(condition: unknown): boolean {
  const [[name = '', given] = [], more] = Object.entries((condition ?? {}) as Record<string, unknown>);
  if (more === undefined && name === 'Fn::Equals') {
    const [one, other] = given as [unknown, unknown];
    return String(one) === String(other);
  }
  if (more === undefined && name === 'Fn::Not') return !holds((given as [unknown])[0]);
  return missing(`the condition ${name} is not known`);
}

/** The resources that are made: those without a condition, and those whose condition holds. */
export function made(
  resources: Readonly<Record<string, Resource>>,
  conditions: Readonly<Record<string, unknown>>,
): Record<string, Resource> {
  const isMade = ({ Condition }: Resource) =>
    Condition === undefined || holds(conditions[Condition] ?? missing(`there is no condition ${Condition}`));
  return Object.fromEntries(Object.entries(resources).filter(([, resource]) => isMade(resource)));
}
