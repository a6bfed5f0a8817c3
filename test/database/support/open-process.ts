/** A process that opens a database and says so. */
import { openDatabase } from '../../../src/database/connection.js';

const database = await openDatabase({ url: process.env.DATABASE_URL ?? '' });
await database.close();
console.log('open');
