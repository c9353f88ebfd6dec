import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toLinks } from '../../../pipeline/edge/links.ts';

const environment = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_SESSION_TOKEN: 'session',
};
beforeEach(() => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

const object = { bucket: 'recordings', key: 'recordings/m/a b+ä.mp4', versionId: 'v/1', contentType: 'video/mp4' };

test('a link is of one version, for so many seconds, shown inline and kept nowhere', async () => {
  const { pathname, searchParams, protocol } = new URL(await toLinks().issue(object, 300));
  expect(protocol).toBe('https:');
  expect(decodeURIComponent(pathname)).toBe('/recordings/m/a b+ä.mp4');
  expect(pathname).toContain('a%20b%2B%C3%A4.mp4');
  expect(Object.fromEntries(searchParams)).toMatchObject({
    versionId: 'v/1',
    'X-Amz-Expires': '300',
    'X-Amz-Security-Token': 'session',
    'X-Amz-SignedHeaders': 'host',
    'response-cache-control': 'private, no-store',
    'response-content-disposition': 'inline',
    'response-content-type': 'video/mp4',
  });
  expect([...searchParams.keys()].filter((name) => name.includes('checksum'))).toEqual([]);
});
