import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The files that a template is made of. */
const service = ['serverless.yml', 'infra', 'state-machines'];
/** What `npm run package` reads besides. */
const command = ['package.json', 'RUNBOOK.md', 'pipeline', 'local/commands', 'local/commandLine.ts'];

/** A copy of the deployment's files, to be changed. */
export class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), 'copy-'));

  /** @param packageable brings what `local/commands/package.ts` needs in the copy, too */
  constructor({ packageable = false } = {}) {
    const filter = (path: string) => !path.includes('node_modules');
    for (const part of packageable ? [...service, ...command] : service)
      cpSync(join(root, part), join(this.folder, part), { recursive: true, filter });
    if (packageable) symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
  }

  /** @throws Error when the change changes nothing */
  edit(file: string, change: (text: string) => string): void {
    const path = join(this.folder, file);
    const text = readFileSync(path, 'utf8');
    const changed = change(text);
    if (changed === text) throw new Error(`the change does not fit ${file}`);
    writeFileSync(path, changed);
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
