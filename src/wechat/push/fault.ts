/** Why a push is not believed or not understood. A closed list; none of it ever carries what was sent. */

/** What is wrong with a push, and whom it concerns. */
export const PUSH_FAULTS = {
  badKey: 'the EncodingAESKey is not 43 letters and digits',
  notUtf8: 'the text is not UTF-8',
  declaration: 'the XML declares a document type or entities, or holds instructions',
  tooComplex: 'the XML has too many elements, or they are nested too deeply',
  notXml: 'the text is no XML document of one <xml> element',
  notEncrypted: 'there is no Encrypt field, or the push is not sent in safe mode (encrypt_type=aes)',
  badQuery: 'timestamp, nonce or msg_signature is missing, malformed or there more than once',
  staleTimestamp: 'the timestamp is more than ten minutes away from now',
  badSignature: 'msg_signature is not that of this text and our Token',
  undecryptable: 'no configured EncodingAESKey decrypts it',
  wrongAppId: 'it is encrypted for another third-party platform',
  badEvent: 'a field of the event is missing or malformed',
} as const;

export type PushFault = keyof typeof PUSH_FAULTS;

/** A push, or a configured key, that cannot be used. The message is that of `fault`; content is never in it. */
export class PushError extends Error {
  override readonly name = 'PushError';

  constructor(readonly fault: PushFault) {
    super(PUSH_FAULTS[fault]);
  }
}
