/** Writes what is generated from the plan's schema and rules: schema/plan.schema.json and the tables of docs/plan.md. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { withGeneratedParts } from '../src/plan/field-table.js';
import { planJsonSchema } from '../src/plan/json-schema.js';

const at = (path: string) => new URL(`../${path}`, import.meta.url);

mkdirSync(at('schema'), { recursive: true });
writeFileSync(at('schema/plan.schema.json'), planJsonSchema());
writeFileSync(at('docs/plan.md'), withGeneratedParts(readFileSync(at('docs/plan.md'), 'utf8')));
