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
export interface Mint {
  (kind: CredentialKind): string;
  /** How many it has made; a restart goes on from there, or a seed would make the same again. */
  made: number;
}

/** A mint. With a seed it makes the same credentials in the same order for ever. `told` hears of each one. */
export function mintOf(seed: number | undefined, told: (credential: string) => void): Mint {
  const bytes = (count: number) => {
    mint.made += 1;
    return seed === undefined ? randomBytes(count) : seeded(`${seed}/${mint.made}`, count);
  };
  const make = (kind: CredentialKind) => {
    const [prefix, length] = SHAPES[kind];
    const value = prefix + bytes(length).toString('base64url').slice(0, length);
    told(value);
    return value;
  };
  const mint: Mint = Object.assign(make, { made: 0 });
  return mint;
}

function seeded(seed: string, count: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(count / 32) }, (_, block) =>
    createHash('sha256').update(`${seed}/${block}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, count);
}
