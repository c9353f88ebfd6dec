import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const fixtures = join(import.meta.dirname, '../../../fixtures');

/** They hold no case, or cases that say nothing of what must come out: the bench counts it. */
const measured = ['assertions', 'consultations'];

/** The folders of `fixtures/` that are cases with an expectation, by name. */
export function fixtureFolders(): string[] {
  return readdirSync(fixtures, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !measured.includes(entry.name))
    .map(({ name }) => join(fixtures, name))
    .sort();
}
