/** A process that makes tokens as a worker does: says `ready`, waits for a line, asks once, prints the token. */
import { once } from 'node:events';
import { loadWorkerConfig } from '../../../src/config/worker-config.js';
import { createTokens } from '../../../src/credentials/create.js';

const { tokens, close } = await createTokens(await loadWorkerConfig(process.env), process.env);
console.log('ready');
await once(process.stdin, 'data');
const rejected = process.env.REJECTED;
console.log(await tokens.get(process.env.APP ?? '', rejected === undefined ? {} : { rejected }));
await close();
process.exit(0);
