/** Writes docs/wechat-api.md from the catalogue. */
import { writeFileSync } from 'node:fs';
import { apiDocs } from '../src/wechat/api-docs.js';

writeFileSync(new URL('../docs/wechat-api.md', import.meta.url), apiDocs());
