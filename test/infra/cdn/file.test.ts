import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildSdkFile, type SdkFile } from '../../../infra/cdn/sdkFile.ts';
import { readTemplate } from '../../../infra/template.ts';
import { templateFile } from '../../../infra/package.ts';
import { run } from '../../local/command.ts';
import { notInstalled } from './installed.ts';

const integrityOf = (bytes: Uint8Array) => `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

describe.skipIf(notInstalled !== '')(`the Chime SDK's file${notInstalled}`, () => {
  let file: SdkFile;
  beforeAll(async () => {
    file = await buildSdkFile();
  });

  test('is named after the version that is pinned and what is in it', async () => {
    const { devDependencies } = JSON.parse(await readFile('infra/cdn/package.json', 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const digest = createHash('sha256').update(file.bytes).digest('hex').slice(0, 8);
    const stem = `chime-sdk-${devDependencies['amazon-chime-sdk-js']}-${digest}`;
    expect([file.name, file.notice.name]).toEqual([`${stem}.min.js`, `${stem}.NOTICE.txt`]);
    expect(file.integrity).toBe(integrityOf(file.bytes));
  });

  test('is the same whenever it is made', async () => {
    const again = await buildSdkFile();
    expect([again.name, again.notice.text]).toEqual([file.name, file.notice.text]);
  });

  test('is small enough for a phone', () => {
    const brotli = (quality: number) =>
      brotliCompressSync(file.bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }).length;
    const [plain, best, quick] = [file.bytes.length, brotli(11), brotli(5)];
    console.log(`${file.name}: ${plain} bytes plain; Brotli ${best} at quality 11, ${quick} at 5`);
    expect(plain).toBeLessThan(1_400_000);
    expect(best).toBeLessThan(250_000);
  });

  test('says nothing of the machine that made it, and has no character that an encoding could spoil', () => {
    const text = Buffer.from(file.bytes).toString('latin1');
    expect(text).not.toMatch(/[^\t\n\r -~]|node_modules/);
    expect(text).toContain('all licences: the .NOTICE.txt');
  });

  test.each([
    ['amazon-chime-sdk-js', 'Apache-2.0'],
    ['protobufjs', 'BSD-3-Clause'],
    ['pako', '(MIT AND Zlib)'],
    ['ua-parser-js', 'MIT'],
  ])('comes with the licence of %s', (name, licence) => {
    const titles = file.notice.text.split('\n').map((line) => line.replace(/ \d+\.\d+\.\d+ /, ' '));
    expect(titles).toContain(`${name} (${licence})`);
  });

  test('is made by npm run cdn with its stack, and the commands that upload it', async () => {
    const out = await mkdtemp(join(tmpdir(), 'cdn-'));
    try {
      const { code, stdout, stderr } = await run('local/commands/cdn.ts', ['--stage', 'prod', '--out', out]);
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringMatching(/: [\d,]+ bytes, [\d,]+ with Brotli\n$/) as string,
      });
      expect(await readdir(out)).toEqual(expect.arrayContaining([file.name, file.notice.name, templateFile]));
      expect(integrityOf(await readFile(join(out, file.name)))).toBe(file.integrity);
      expect(JSON.stringify(readTemplate(join(out, templateFile)).Outputs)).toContain(file.integrity);
      const [, ...uploads] = stdout.split('aws s3 cp ').map((part) => part.split('\n    ')[0]);
      const headers = (type: string) =>
        `--content-type '${type}; charset=utf-8' --cache-control 'public, max-age=31536000, immutable'`;
      const to = (name: string) => `/${name} s3://medzen-chime-sdk-assets-prod/${name} --region us-east-1`;
      expect(uploads).toEqual([
        expect.stringContaining(to(file.name)) as string,
        expect.stringContaining(to(file.notice.name)) as string,
      ]);
      expect(stdout).toContain(headers('text/javascript'));
      expect(stdout).toContain(headers('text/plain'));
      expect(stdout).toContain(`CHIME_SDK_INTEGRITY=${file.integrity}\n`);
      expect(stdout).toContain(`>/${file.name}\n`);
    } finally {
      await rm(out, { recursive: true });
    }
  });
});
