import type { Code } from './entities.ts';
import { type CodeSystem, codeSystems } from './operations.ts';

/** Each code once with its best score: system by system as the table of operations has them, ranked within each. */
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

/** The best of ranked codes of one system, with the system's name: two systems may write the same code. */
export function bestCode(codes: readonly Code[], system: CodeSystem): string | undefined {
  const best = codes.find((code) => code.system === system && code.rank === 1);
  return best && `${system} ${best.code}`;
}
