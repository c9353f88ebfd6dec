import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { scriptFor } from '../pipeline/reading/fhirScript.ts';
import { bundleOf } from './checks.ts';
import { readConsultation } from './consultations.ts';

const chromium = '/usr/bin/chromium';
/** As `bundleOf` has it. */
const base = 'https://medzen.example';

test.runIf(existsSync(chromium))('a browser makes the same bytes of a consultation', async () => {
  const opened = await readConsultation('unicode-names-and-emoji');
  const folder = await mkdtemp(join(tmpdir(), 'browser-'));
  const page = join(folder, 'page.html');
  // Escaped, so that the page's own characters are all ASCII; the answer comes as the code units of the text.
  const given = JSON.stringify(JSON.stringify(opened)).replaceAll(
    /[^ -~]|</g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const script = await scriptFor({ platform: 'browser', charset: 'ascii' });
  const answer = `Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)).join(' ')`;
  await writeFile(
    page,
    `<body><script>${script.replaceAll('</', '<\\/')}</script>` +
      `<script>const text = made.fhir(${given}, '${base}'); document.body.textContent = ${answer};</script>`,
  );
  try {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}`, '--dump-dom'];
    const { stdout } = await promisify(execFile)(chromium, [...flags, `file://${page}`], { maxBuffer: 2 ** 28 });
    const units = /<body>([\d ]*)<\/body>/.exec(stdout)?.[1]?.split(' ').map(Number) ?? [];
    expect(units.map((unit) => String.fromCharCode(unit)).join('')).toBe(JSON.stringify(bundleOf(opened)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
