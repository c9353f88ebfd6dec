import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { CommandError } from '../local/commandLine.ts';
import { chimeMediaRegions } from '../pipeline/config.ts';

/** What a value of each parameter must be; in words, for who got it wrong. */
const rules: Readonly<Record<string, { is: (value: string) => boolean; what: string }>> = {
  recordingRetentionDays: days(),
  resultRetentionDays: days(),
  sourceRetentionDays: days(),
  // CloudWatch knows these terms only.
  logRetentionDays: oneOf([
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ]),
  dailyBudgetUsd: { is: (value) => Number(value) > 0, what: 'a sum above 0' },
  alarmEmail: { is: (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value), what: 'a mail address' },
  mediaRegions: {
    is: (value) => value.split(',').every((region) => chimeMediaRegions.has(region)),
    what: `Chime media regions, comma between: ${[...chimeMediaRegions].join(', ')}`,
  },
  processingRegion: { is: () => false, what: 'said by --transfer-to' },
};

function days() {
  return { is: (value: string) => /^[1-9]\d{0,4}$/.test(value), what: 'a whole number of days, at least 1' };
}

function oneOf(values: readonly number[]) {
  return { is: (value: string) => values.map(String).includes(value), what: `one of ${values.join(', ')}` };
}

/**
 * Refuses what osls would take and forget: a parameter that the service file does not have, or a value that says nothing.
 * @throws CommandError naming the parameter, exit code 2
 */
export function checkParameters(parameters: readonly string[], serviceFile: string): void {
  const { params } = parse(readFileSync(serviceFile, 'utf8')) as { params: { default: object } };
  const known = Object.keys(params.default);
  for (const parameter of parameters) {
    const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(parameter) ?? [];
    if (name === '') throw new CommandError(`--param ${parameter} is not NAME=VALUE`, 2);
    if (!known.includes(name))
      throw new CommandError(`there is no parameter ${name}; there are ${known.join(', ')}`, 2);
    const rule = rules[name];
    if (!rule?.is(value)) throw new CommandError(`--param ${name} is ${rule?.what ?? 'not known'}`, 2);
  }
}

/**
 * A workflow that is deployed without it would fail every recording as ConfigurationInvalid.
 * @throws CommandError with exit code 2
 */
export function checkSupabaseUrl(url = ''): void {
  if (!/^https:\/\/\S+$/.test(url)) {
    throw new CommandError('SUPABASE_URL must be in the environment, and begin with https://', 2);
  }
}
