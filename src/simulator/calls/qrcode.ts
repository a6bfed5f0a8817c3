/** get_qrcode: the picture that opens the trial version. */
import { refuse } from '../state/errors.js';
import type { Step } from '../state/machine.js';

/** get_qrcode. The picture is a JPEG whose comment says what it opens, so that no two versions or pages share one. */
export const getQrcode: Step = ({ app, switches }, params) => {
  const { experience } = app;
  if (experience === null) return refuse(86001);
  const path = typeof params.path === 'string' ? params.path : '';
  const { code } = experience;
  const page = path.replace(/^\//, '').split('?')[0] ?? '';
  if (switches.qrcodeUnknownPath !== 'ok' && page !== '' && !code.pages.includes(page)) return refuse(85007);
  const comment = `${app.appid} ${code.userVersion} ${code.appVersion} ${path}`;
  return { answer: {}, image: { type: 'image/jpeg', filename: 'QRCode.jpg', bytes: picture(comment) } };
};

/** The picture with a comment segment behind its header. */
function picture(comment: string): Uint8Array {
  const text = Buffer.from(comment).subarray(0, MOST_COMMENT);
  const head = Buffer.from([0xff, 0xfe, (text.length + 2) >> 8, (text.length + 2) & 0xff]);
  return Buffer.concat([PICTURE.subarray(0, HEADER_BYTES), head, text, PICTURE.subarray(HEADER_BYTES)]);
}

/** A segment of a JPEG says its length in two bytes. */
const MOST_COMMENT = 4_000;
/** Start of image, and the JFIF segment that has to follow it. */
const HEADER_BYTES = 20;

/** A QR code of 264 × 264 grey pixels that reads "weapp-rollout simulator". */
const PICTURE = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAj/wAALCAEIAQgBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAj/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAv9AC/wBAC/0AC/wEAAAL/AAEAL/AEAL/AEAL/QAv9AAv8QAv9AC/wBAC/wAAAQAv9AAL/QAv9AC/0AAAv8QAv9AAL/QAv8AAQAv9AAL/AEAL/EAAv9AC/wBAAv8AQAv9AAL/AEAL/AAEAL/QAC/0AL/QAv8AQAL/AEAC/wBAC/0AL/QAC/0AL/AAEAL/AABAC/wQAv8AQAv9AC/wQAv8AQAv8AAQAAAv9AC/0AL/AEAL/QAv9AC/0AAAL/AAAAAEAL/QAv8AQAL/AAAAAAAQAv8AEAAAv9AC/wBAC/0AL/QAL/EAL/QAC/wAAEAAv8EAL/QAC/0AC/wQAL/QAv8AAAAQAv8AQAAL/QAv8AQAC/wQAv8ABAC/wAAAQAL/ABAC/wBAAL/QAAAC/wBAC/wABAAv9AC/xAC/0AC/0AC/xAC/xAAv8BAC/wAAAQAAC/xAC/0AL/EAL/QAL/BAC/wAAAQAL/BAAv8AQAv8QAAAv8QAAL/AAEAL/QAv9AAv8BAAv8QAv9AAv9AC/wBAAL/AABAC/wAQAL/QAv8AQAv8BAC/0AAAv9AC/wBAC/wAAAAEAL/QAAv8QAv8EAL/AEAL/AAAQAAAv9AC/wBAAv8AAQAv9AC/0AAv9AC/wABAC/wBAC/0AL/BAAv8QAv8EAL/ABAC/wAAAEAL/QAC/wBAC/0AL/QAv9AC/wBAAAAv9AAv8AAQAv8AQAC/0AL/AEAAv8AQAC/xAC/0AC/wABAC/wBAAL/QAv8AAEAAv8BAAv8AEAC/wABAC/wBAC/wABAC/wAQAv8AQAAL/AAEAAAL/QAL/EAAv9AC/wBAAL/BAC/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAH//Z',
  'base64',
);
