import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { later } from '../../viewer/views/later.tsx';

test('a later view is nothing until its part is there, which is brought once', async () => {
  let times = 0;
  const View = later(async () => {
    times += 1;
    return await Promise.resolve(({ said }: { said: string }) => h('p', null, said));
  });
  const drawn = () => renderToString(h(View, { said: 'here' }));
  expect([drawn(), times]).toEqual(['', 0]);
  await View.load();
  await View.load();
  expect([drawn(), times]).toEqual(['<p>here</p>', 1]);
});
