/** Writes the pages of docs/ that are made from the sources alone. */
import { writeFileSync } from 'node:fs';
import { generatedPages } from './docs/pages.js';

for (const [name, text] of Object.entries(generatedPages()))
  writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
