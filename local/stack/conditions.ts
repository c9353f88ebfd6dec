import { missing, type Resource } from './resolver.ts';

/** What conditions say once parameters are filled in: as much of CloudFormation's as the project uses. */
function holds(condition: unknown): boolean {
  const { 'Fn::Equals': equal, 'Fn::Not': not, ...others } = condition as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(others);
  if (other !== undefined) return missing(`the condition ${other} is not known`);
  if (Array.isArray(not)) return !holds(not[0]);
  const [one, same] = equal as [string | number, string | number];
  return String(one) === String(same);
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
