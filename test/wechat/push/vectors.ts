/** What WeChat's pages, WeChat's samples and another implementation made: recorded, not computed by us. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

function fixture<T>(file: string, schema: z.ZodType<T>): T {
  const url = new URL(`../../fixtures/wechat/push/${file}.json`, import.meta.url);
  return schema.parse(JSON.parse(readFileSync(url, 'utf8')));
}

/** A message, and what it becomes encrypted and signed. */
export const vectors = fixture(
  'vectors',
  z.array(
    z.strictObject({
      source: z.string(),
      key: z.string(),
      appid: z.string(),
      message: z.string(),
      encrypt: z.string(),
      /** Only where it is signed. */
      token: z.string().optional(),
      timestamp: z.string().optional(),
      nonce: z.string().optional(),
      msgSignature: z.string().optional(),
      /** The query's `signature`, only where it is told. */
      signature: z.string().optional(),
      /** Only where it is told. */
      random: z.string().optional(),
      bytes: z.number().optional(),
    }),
  ),
);

const page = z
  .object({
    message: z.string(),
    encrypt: z.string(),
    random: z.string(),
    key: z.string(),
    token: z.string(),
    appid: z.string(),
    timestamp: z.string(),
    nonce: z.string(),
    signature: z.string(),
    msgSignature: z.string(),
  })
  .parse(vectors[0]);

/** The example of the page 消息推送 of the third-party platform, as it is POSTed. */
export const official = {
  message: page.message,
  encrypt: page.encrypt,
  random: Buffer.from(page.random),
  secrets: { token: page.token, keys: [page.key], componentAppid: page.appid },
  toUserName: 'gh_97417a04a28d',
  query: {
    signature: page.signature,
    timestamp: page.timestamp,
    nonce: page.nonce,
    openid: 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY',
    encrypt_type: 'aes',
    msg_signature: page.msgSignature,
  },
  /** As the page prints it. */
  body: `<xml>
    <ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName>
    <Encrypt><![CDATA[${page.encrypt}]]></Encrypt>
</xml>`,
  /** Milliseconds since the epoch. */
  at: Number(page.timestamp) * 1_000,
};

/** Pushes that another implementation encrypted and signed. */
export const wechatpy = fixture(
  'wechatpy',
  z.strictObject({
    source: z.string(),
    secrets: z.strictObject({ token: z.string(), keys: z.array(z.string()), componentAppid: z.string() }),
    pushes: z.array(
      z.strictObject({ message: z.string(), query: z.record(z.string(), z.string()), body: z.string() }),
    ),
  }),
);

/** The examples of events in WeChat's documents, as printed, and how we read them. */
export const documents = fixture(
  'documents',
  z.array(
    z.strictObject({
      source: z.string(),
      text: z.string(),
      event: z.looseObject({ kind: z.string() }),
    }),
  ),
);
