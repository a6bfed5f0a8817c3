/** Writes what is generated from the status' schema: schema/status.schema.json. */
import { writeFileSync } from 'node:fs';
import { statusJsonSchema } from '../src/cli/status-schema.js';

writeFileSync(new URL('../schema/status.schema.json', import.meta.url), statusJsonSchema());
