/** Makes credentials that look like WeChat's. */
import { createHash, randomBytes } from 'node:crypto';

/** What each kind begins with, and how many characters follow, as seen in the field. */
const SHAPES = {
  accessToken: ['71_', 128],
  ticket: ['ticket@@@', 86],
  preAuthCode: ['preauthcode@@@', 64],
  authorizationCode: ['queryauthcode@@@', 86],
  refreshToken: ['refreshtoken@@@', 43],
} as const;

export type CredentialKind = keyof typeof SHAPES;

/** Makes a credential that was never there before. */
export type Mint = (kind: CredentialKind) => string;

/** A mint. With a seed it makes the same credentials in the same order for ever. `told` hears of each one. */
export function mintOf(seed: number | undefined, told: (credential: string) => void): Mint {
  let made = 0;
  const bytes = (count: number) => {
    made += 1;
    return seed === undefined ? randomBytes(count) : seeded(`${seed}/${made}`, count);
  };
  return (kind) => {
    const [prefix, length] = SHAPES[kind];
    const value = prefix + bytes(length).toString('base64url').slice(0, length);
    told(value);
    return value;
  };
}

function seeded(seed: string, count: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(count / 32) }, (_, block) =>
    createHash('sha256').update(`${seed}/${block}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, count);
}
