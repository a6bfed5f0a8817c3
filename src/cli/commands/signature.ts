/** What `--key FILE` adds to `approve` and `refuse`: whose decision it is, proven. */
import type { GateStatus, ReleaseStatus } from '../../domain/status.js';
import { signApproval } from '../../identity/sign.js';
import type { Temporal } from '../connection.js';
import { type Cli, say } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { readKeyFile } from '../key-file.js';
import { readRelease, type Target } from '../read-release.js';

/** What is to be signed, as the command will say it. */
export interface Signing {
  /** The file with the private key. */
  keyFile: string;
  verb: 'approve' | 'refuse';
  by: string;
  commandId: string;
  /** The gate that is meant; refused when another one waits. */
  gate?: string | undefined;
}

/** The part of a status that a signature covers. */
export type Signable = Pick<ReleaseStatus, 'app' | 'workflowId' | 'version' | 'startedAt'> & {
  gate: Pick<GateStatus, 'gate' | 'since'> | null;
};

/** The fields that the command carries besides its own. */
export interface Signature {
  gate: string;
  signature: string;
}

/**
 * Signs a decision about the gate that waits, and says on standard error what is signed.
 * @throws CliError when no gate waits, the release does not answer, or the key cannot be used
 */
export async function signatureFor(
  cli: Cli,
  temporal: Temporal,
  target: Target,
  signing: Signing,
): Promise<Signature> {
  const reading = await readRelease(temporal, target);
  switch (reading.kind) {
    case 'open':
      return signStatus(cli, reading.status, signing);
    case 'silent':
      throw new CliError(
        `${signing.verb} cannot be signed: ${reading.why}`,
        'only a release that answers can say which gate waits',
      );
    default:
      throw new CliError(
        `${signing.verb}: this release of ${target.app} is over`,
        `\`weapp-rollout status ${target.app}\` shows how it ended`,
      );
  }
}

/** As `signatureFor`, for a status that was read before. */
export async function signStatus(
  cli: Pick<Cli, 'err'>,
  status: Signable,
  signing: Signing,
): Promise<Signature> {
  const { verb, by, commandId } = signing;
  if (!status.gate)
    throw new CliError(
      `${verb}: no gate of ${status.app} waits for approval`,
      `\`weapp-rollout status ${status.app}\` shows what it waits for`,
    );
  const { gate, since: askedAt } = status.gate;
  if (signing.gate !== undefined && signing.gate !== gate)
    throw new CliError(`${verb}: ${signing.gate} does not wait for approval, ${gate} does`, `--gate ${gate}`);
  // A release trims and shortens what it is told; a signature of the longer text would never fit.
  for (const [option, value] of Object.entries({ '--by': by, '--command-id': commandId }))
    if (value.length > 100 || value !== value.trim() || value === '')
      throw new CliError(
        `${verb}: ${option} must be 1 to 100 characters without space around them`,
        null,
        EXIT.usage,
      );
  const key = await readKeyFile(cli, signing.keyFile);
  const { app, workflowId, version, startedAt } = status;
  say(cli, `signing as ${by}: ${verb} ${gate} of ${version} for ${app}`);
  return {
    gate,
    signature: signApproval({ workflowId, version, startedAt, gate, askedAt, verb, commandId, by }, key),
  };
}
