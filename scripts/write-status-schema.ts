/** Writes what is generated from the schemas of the command line's JSON: schema/status.schema.json, schema/evidence.schema.json. */
import { writeFileSync } from 'node:fs';
import { evidenceJsonSchema } from '../src/releases/evidence/schema.js';
import { statusJsonSchema } from '../src/releases/status-schema.js';

const at = (name: string) => new URL(`../schema/${name}.schema.json`, import.meta.url);

writeFileSync(at('status'), statusJsonSchema());
writeFileSync(at('evidence'), evidenceJsonSchema());
