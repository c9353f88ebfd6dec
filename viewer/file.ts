import { FileSource } from './fileSource.ts';
import { readFilePage } from './pageData.ts';
import { start } from './start.tsx';

// The page that holds its consultation.
start((text) => new FileSource(readFilePage(text), { now: () => new Date(), id: () => crypto.randomUUID() }));
