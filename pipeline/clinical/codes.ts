import type { Code } from './entities.ts';
import { type CodeSystem, codeSystems } from './operations.ts';

/**
 * Keeps each code once, with its best score. The systems follow the order of the table of operations; within each, the
 * codes are ranked from 1.
 */
export function rankCodes(codes: readonly Code[]): Code[] {
  const best = new Map<string, Code>();
  for (const code of codes) {
    const key = `${code.system} ${code.code}`;
    const known = best.get(key);
    if (!known || known.score < code.score) best.set(key, code);
  }
  return codeSystems.flatMap((system) =>
    [...best.values()]
      .filter((code) => code.system === system)
      .sort((a, b) => b.score - a.score)
      .map((code, index) => ({ ...code, rank: index + 1 })),
  );
}

/** The best of one system's ranked codes, e.g. `R07.9`. */
export function codeOf(codes: readonly Code[], system: CodeSystem): string | undefined {
  return codes.find((code) => code.system === system && code.rank === 1)?.code;
}

/** The same with its system, e.g. `ICD-10-CM R07.9`, since two systems may share a code. */
export function bestCode(codes: readonly Code[], system: CodeSystem): string | undefined {
  const code = codeOf(codes, system);
  return code && `${system} ${code}`;
}

/**
 * ICD-10-CM codes that say too little for two mentions to be the same thing, each with its subcodes: what a bruised arm
 * and a bruised toe share, or any two pains.
 */
const vagueCodes: readonly string[] = [
  'T14.8', // other injury of unspecified body region
  'T14.9', // unspecified injury
  'R52', // pain, unspecified
  'R45.89', // other symptoms of the emotional state
  'R68.89', // other general symptoms and signs
  'R69', // illness, unspecified
  'Z71.89', // other specified counseling
  'Z72.89', // other problems related to lifestyle
];

/** Whether a code of ICD-10-CM says too little to tell two things apart, or that they are one. */
export const isVague = (code: string): boolean => vagueCodes.some((one) => code.startsWith(one));
