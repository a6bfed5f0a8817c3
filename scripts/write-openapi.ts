/** Writes schema/openapi.json. `npm run schema`. */
import { writeFile } from 'node:fs/promises';
import { openApiDocument } from '../src/api/document.js';

await writeFile(new URL('../schema/openapi.json', import.meta.url), `${JSON.stringify(await openApiDocument(), null, 2)}\n`);
