/** Signing a decision, where the private key is: on the approver's machine. */
import { type KeyObject, sign } from 'node:crypto';
import { type Statement, statementFault, statementText } from './statement.js';

/**
 * The signature of a decision, as 88 characters of base64. It is no secret: it fits this decision and no other.
 * @throws TypeError for a statement that no worker would accept
 */
export function signApproval(statement: Statement, privateKey: KeyObject): string {
  const fault = statementFault({ ...statement });
  if (fault !== null) throw new TypeError(`this cannot be signed: ${fault}`);
  return sign(null, Buffer.from(statementText(statement)), privateKey).toString('base64');
}
