/** Whether an approval is of whom it names. The keys are the worker's, so it is asked in an activity. */
import type { Authentication, Identities } from '../identity/identities.js';
import type { Statement } from '../identity/statement.js';

/** What was signed, and the signature, as it came with the command. */
export interface AuthenticateInput extends Statement {
  signature: string | null;
}

export function createIdentityActivities(identities: Identities) {
  return {
    /**
     * Never throws for what it is given, so Temporal has nothing to try again: a signature does not get better.
     * The answer, with the key's fingerprint, stays in the history.
     */
    async authenticate(input: AuthenticateInput): Promise<Authentication> {
      const { signature, ...statement } = input ?? {};
      return identities.authenticate(statement, signature);
    },
  };
}
