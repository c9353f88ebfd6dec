import { beforeAll, expect, test } from 'vitest';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { readFilePage, readRemotePage } from '../../viewer/pageData.ts';
import { openVisit } from '../pipeline/reading/visit.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openVisit();
});

const page = () => ({ schema: 'medzen.page/1', opened, audio: null, base: 'https://api.example' });
const read = (data: unknown) => readFilePage(typeof data === 'string' ? data : JSON.stringify(data));

test('a page holds its consultation, or says where it is', () => {
  expect(read(page())).toEqual(page());
  const remote = { schema: 'medzen.page/1', place: { recording: 'rec-1' }, origins: [] };
  expect(readRemotePage(JSON.stringify(remote))).toEqual(remote);
  expect(() => read(remote)).toThrow('unreadable');
  expect(() => readRemotePage(JSON.stringify(page()))).toThrow('unreadable');
});

test.each<[string, () => unknown, string]>([
  ['a page of a later version', () => ({ ...page(), schema: 'medzen.page/2' }), 'later'],
  [
    'a consultation of a later version',
    () => ({ ...page(), opened: { ...opened, schema: 'medzen.opened/9' } }),
    'later',
  ],
  ['half of a file', () => JSON.stringify(page()).slice(0, 99), 'unreadable'],
  ['nothing', () => '', 'unreadable'],
  ['null', () => 'null', 'unreadable'],
  ['neither a consultation nor a place', () => ({ schema: 'medzen.page/1' }), 'unreadable'],
  ['another document', () => ({ schema: 'somebody.else/1' }), 'unreadable'],
])('%s is refused, not shown wrong', (_, data, fault) => {
  expect(() => read(data())).toThrow(expect.objectContaining({ name: 'SourceFault', fault }));
});
