/** Encrypted texts that encryptMessage would never make. */
import { createCipheriv } from 'node:crypto';
import { messageKey } from '../../../src/wechat/push/crypto.js';

export const KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
export const APPID = 'wx134c8103faa5a59e';

/** Encrypts any bytes as they are. */
export function sealed(plain: Buffer): string {
  const key = messageKey(KEY);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

/** A plain text with each part as given, padded to blocks of 32 unless told otherwise. */
export function plainText(
  parts: { length?: number; message?: string | Buffer; tail?: string; padding?: Buffer } = {},
): Buffer {
  const message = Buffer.from(parts.message ?? 'message');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(parts.length ?? message.length);
  const body = Buffer.concat([Buffer.alloc(16, 7), length, message, Buffer.from(parts.tail ?? APPID)]);
  const count = 32 - (body.length % 32);
  return Buffer.concat([body, parts.padding ?? Buffer.alloc(count, count)]);
}
