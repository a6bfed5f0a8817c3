/** What `--key FILE` adds to `approve` and `refuse`: whose decision it is, proven; and what came of it. */
import type { Temporal } from '../../releases/connection.js';
import type { Delivered } from '../../releases/deliver.js';
import type { Target } from '../../releases/read.js';
import {
  gateOf,
  type Signable,
  type Signature,
  type Signing,
  sign,
  signableOf,
} from '../../releases/sign.js';
import { awaitVerified } from '../../releases/verified.js';
import { type Cli, print, say } from '../context.js';
import { CliError } from '../errors.js';
import { readKeyFile } from '../key-file.js';
import { safe } from '../words.js';

export interface FileSigning extends Signing {
  /** The file with the private key. */
  keyFile: string;
}

/**
 * Signs a decision about the gate that waits, and says on standard error what is signed.
 * @throws ReleaseError when no gate waits or the release does not answer, CliError when the key cannot be used
 */
export async function signatureFor(
  cli: Cli,
  temporal: Temporal,
  target: Target,
  signing: FileSigning,
): Promise<Signature> {
  return signStatus(cli, await signableOf(temporal, target, signing.verb), signing);
}

/** As `signatureFor`, for a status that was read before. */
export async function signStatus(
  cli: Pick<Cli, 'err'>,
  status: Signable,
  signing: FileSigning,
): Promise<Signature> {
  const { gate } = gateOf(status, signing);
  const key = await readKeyFile(cli, signing.keyFile);
  const { verb, by } = signing;
  say(cli, `signing as ${by}: ${verb} ${gate} of ${status.version} for ${status.app}`);
  return sign(status, signing, key);
}

/** Says what came of the signature. @throws CliError when it does not count */
export async function tellVerified(
  cli: Cli,
  temporal: Temporal,
  target: Target,
  verifying: { verb: 'approve' | 'refuse'; by: string; delivered: Delivered },
): Promise<void> {
  const said = await awaitVerified(temporal, target, verifying, cli.interruptible());
  if (said === null) return say(cli, '  the signature is not verified yet; status shows when it is');
  if (!said.counts) throw new CliError(safe(said.text));
  print(cli, `  ${safe(said.text)}`);
}
