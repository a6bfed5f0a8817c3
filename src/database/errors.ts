/** The only error of this room. */

/**
 * What went wrong with the database.
 *
 * - `unreachable`: no connection, or it broke; trying again may help.
 * - `busy`: a lock or a statement took too long, or there are too many connections; trying again may help.
 * - `refused`: the server does not let us in, or not do this.
 * - `schema`: the tables are newer than this program, or could not be made.
 * - `key`: a key for what is encrypted is missing or malformed.
 * - `damaged`: what is stored cannot be decrypted: changed, or moved from another row.
 * - `query`: anything else that PostgreSQL said.
 */
export type DatabaseTrouble = 'unreachable' | 'busy' | 'refused' | 'schema' | 'key' | 'damaged' | 'query';

/** What to do stands in `remedy`. Neither text holds a password, a key or what is stored. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    readonly trouble: DatabaseTrouble,
    /** What happened, in one clause. */
    readonly what: string,
    readonly remedy: string,
  ) {
    // Several lines: whoever prints errors shows the first and puts the rest below it as what helps.
    super(`${what}\n${remedy}`);
  }

  /** Whether the same may work in a moment. */
  get passing(): boolean {
    return this.trouble === 'unreachable' || this.trouble === 'busy';
  }

  /** Whether it is about one row, and another one may be stored. */
  get ofOneRow(): boolean {
    return this.trouble === 'damaged' || this.trouble === 'query';
  }
}
