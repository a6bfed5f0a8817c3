/** The secrets of pushes, from the places that the configuration names. */
import type { WorkerConfig } from '../../config/worker-config.js';
import { type Environment, readSecret, SecretReferenceError } from '../../credentials/references.js';
import { messageKey } from '../../wechat/push/crypto.js';
import type { PushSecrets } from '../../wechat/push/envelope.js';
import { PushError } from '../../wechat/push/fault.js';

/** What was found, and what a person should know about it. */
export interface FoundSecrets {
  secrets: PushSecrets;
  notes: string[];
}

/**
 * Reads the Token and the keys. A previous key that is not there is no error: it is there only for a while after a
 * change in the console.
 * @throws SecretReferenceError naming the field and the place, never the secret
 */
export async function readPushSecrets(
  { component }: Pick<WorkerConfig, 'component'>,
  env: Environment,
): Promise<FoundSecrets> {
  const [current, previous] = component?.messageKeys ?? [];
  if (component === undefined) throw lacking('component.appid', 'the appid of the third-party platform');
  if (component.messageToken === undefined)
    throw lacking('component.messageToken', 'env:WEAPP_MESSAGE_TOKEN');
  if (current === undefined) throw lacking('component.messageKeys', '[env:WEAPP_MESSAGE_KEY]');
  const token = await readSecret(component.messageToken, env, 'the 消息校验Token of the console');
  const key = await readKey(current, env);
  const notes: string[] = [];
  const keys = [key];
  if (previous !== undefined) {
    try {
      keys.push(await readKey(previous, env));
    } catch (error) {
      if (!(error instanceof SecretReferenceError)) throw error;
      notes.push(`there is no previous key: ${error.what}`);
    }
  }
  return { secrets: { token, keys, componentAppid: component.appid }, notes };
}

async function readKey(reference: string, env: Environment): Promise<string> {
  const subject = 'the 消息加解密Key of the console, 43 letters and digits';
  const key = await readSecret(reference, env, subject);
  try {
    messageKey(key);
  } catch (error) {
    if (!(error instanceof PushError)) throw error;
    throw new SecretReferenceError(
      `what ${reference} leads to is no EncodingAESKey`,
      `Set it to ${subject}.`,
    );
  }
  return key;
}

function lacking(field: string, example: string): SecretReferenceError {
  return new SecretReferenceError(
    `the configuration has no ${field}, without which no push can be believed`,
    `Add ${field} (${example}) to the file that WEAPP_CONFIG names.`,
  );
}
