import { build, type BuildOptions } from 'esbuild';
import { root } from '../../house/sources.ts';

/** The drawing of a chart and of its Bundle as one script, `made.fhir(opened, base)`, for a realm that has neither. */
export async function scriptFor(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    ...options,
    stdin: {
      contents: [
        `import { toChart } from './pipeline/reading/draw.ts';`,
        `import { toBundle } from './pipeline/reading/fhir.ts';`,
        `export const fhir = (opened, base) => JSON.stringify(toBundle(toChart(JSON.parse(opened)), { base }));`,
      ].join('\n'),
      resolveDir: root,
    },
    bundle: true,
    format: 'iife',
    globalName: 'made',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}
