import { buildPage } from './infra/page.ts';
import { brotliCompressSync } from 'node:zlib';
for (const k of ['file', 'remote'] as const) {
  const c = await buildPage(k);
  const first = Buffer.from(
    c.scripts
      .filter((s) => !s.isLater)
      .map((s) => s.text)
      .join('') + c.style,
  );
  console.log(
    k,
    first.length,
    brotliCompressSync(first).length,
    c.style.length,
    c.scripts.map((s) => `${s.name} ${s.isLater ? 'later ' : ''}${s.text.length}`).join(', '),
  );
}
