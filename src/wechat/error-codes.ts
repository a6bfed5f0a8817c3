import { accountCodes } from './error-codes/account.js';
import { auditCodes, commitCodes, releaseCodes } from './error-codes/code-management.js';
import { componentCodes } from './error-codes/component.js';
import { globalCodes } from './error-codes/global.js';
import { neighbourCodes } from './error-codes/neighbours.js';
import type { ErrorCodeRow } from './error-codes/row.js';

export type { ErrorCodeRow, WechatAction } from './error-codes/row.js';

/** A code this table knows. */
export type KnownCode =
  | keyof typeof globalCodes
  | keyof typeof componentCodes
  | keyof typeof commitCodes
  | keyof typeof auditCodes
  | keyof typeof releaseCodes
  | keyof typeof neighbourCodes
  | keyof typeof accountCodes;

const table: Readonly<Record<KnownCode, ErrorCodeRow>> = {
  ...globalCodes,
  ...componentCodes,
  ...commitCodes,
  ...auditCodes,
  ...releaseCodes,
  ...neighbourCodes,
  ...accountCodes,
};

/** Every code we know: WeChat's global ones, and those of the calls in the catalogue. */
export const errorCodes: Readonly<Record<number, ErrorCodeRow>> = table;

/** An endpoint's own error codes with their short meanings, for its row in the catalogue. */
export function ownCodes(...codes: KnownCode[]): Readonly<Record<number, string>> {
  return Object.fromEntries(codes.map((code) => [code, table[code].meaning]));
}

/**
 * What is known about a code. An unknown one is permanent: repeating a write that WeChat refused for a
 * reason nobody knows helps nobody, and a person gets the raw answer.
 */
export function lookUpCode(code: number): ErrorCodeRow {
  return (
    errorCodes[code] ?? {
      meaning: `unknown code ${code}`,
      remedy: "Look the code up in WeChat's table of global error codes; the raw answer is attached.",
      action: 'permanent',
    }
  );
}
