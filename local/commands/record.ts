import { basename } from 'node:path';
import { CommandError, counted, readArguments, runCommand } from '../commandLine.ts';
import type { Finished } from '../record/finished.ts';
import { toNewFolder, writeFolder } from '../record/folder.ts';

const usage = 'npm run record -- <recordingId> --out DIR [--data DIR] [--force]';
const about = {
  does: 'Makes a fixture case of a finished recording.',
  words: {
    '<recordingId>': 'rec- and 32 hexadecimal digits: the name of its execution, which replay and start print',
  },
};

type Env = Readonly<Record<string, string | undefined>>;

await runCommand('record', async () => {
  const { values, positionals } = readArguments(
    process.argv.slice(2),
    {
      out: { type: 'string', value: 'DIR', help: 'the new case, below a folder with a file named SYNTHETIC' },
      data: { type: 'string', value: 'DIR', help: 'the stack that keeps the recording, instead of the environment' },
      force: { type: 'boolean', default: false, help: 'replace a folder that is there' },
    },
    usage,
    about,
  );
  const [recordingId, ...more] = positionals;
  if (!recordingId || !values.out || more.length > 0) throw new CommandError(`usage: ${usage}`, 2);
  if (!/^rec-[0-9a-f]{32}(-r\d+)?$/.test(recordingId)) {
    throw new CommandError('a recording id is rec- followed by 32 hexadecimal digits', 2);
  }
  const folder = await toNewFolder(values.out, values.force);
  const finished = values.data ? await onStack(values.data, recordingId) : await read(process.env, recordingId);
  const { toCaseFiles } = await import('../record/caseFiles.ts');
  const files = await toCaseFiles(finished);
  const changed = await replaysOtherwise(finished, files);
  await writeFolder(folder, files);
  for (const line of describe(finished, basename(folder), changed)) process.stdout.write(`${line}\n`);
  return 0;
});

// Everything that reads recordings is loaded once the arguments are right: a refusal needs none of it.

async function read(env: Env, recordingId: string): Promise<Finished> {
  const { connectTo } = await import('../replay/connectTo.ts');
  using deployment = connectTo(env);
  const { readFinished } = await import('../record/finished.ts');
  return await readFinished(deployment, recordingId);
}

/** Reads a recording that an earlier replay left in a directory. */
async function onStack(dataDir: string, recordingId: string): Promise<Finished> {
  const { onKeptStack } = await import('../stack/kept.ts');
  return onKeptStack(dataDir, (env) => read(env, recordingId));
}

async function replaysOtherwise(
  finished: Finished,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string[]> {
  const { readCodeTable } = await import('../../pipeline/edge/icd10cm.ts');
  const { differences } = await import('../record/replays.ts');
  const location = process.env['ICD10CM_TABLE'];
  const codeTable = location ? await readCodeTable(location) : undefined;
  return differences(finished, Buffer.from(files['recording.mp4'] ?? ''), codeTable);
}

/** Only ids and counts are printed: the words stay in the files. */
function describe({ recordingId, calls, documents }: Finished, name: string, changed: readonly string[]): string[] {
  const { transcript, entities, consultation } = documents;
  const gaps = calls.filter(({ ended }) => 'error' in ended).length;
  const { icd10cm } = consultation.versions;
  return [
    `recorded ${recordingId} as ${name}: ${consultation.status}, ${transcript.quality.words} words, ` +
      `${counted(calls.length - gaps, 'answer')}, ${counted(gaps, 'gap')}, ` +
      counted(entities.entities.length, 'entity', 'entities'),
    changed.length === 0
      ? 'a replay gives the same documents, except for the recording id: each upload gets a new one'
      : `this version of the pipeline writes different documents: ${changed.join(', ')}`,
    ...(icd10cm === null
      ? []
      : [`the codes were looked up in the ${icd10cm} table: a replay needs it in ICD10CM_TABLE`]),
  ];
}
