/** What the activity of uploadmedia takes: a file on the worker by its name, or a small one as it is. */
import type { EndpointRequest } from '../wechat/catalogue.js';
import {
  ACTIVITY_FILE_MAX_BYTES,
  MEDIA_MAX_BYTES,
  MEDIA_TYPES,
  mediaTypeOf,
} from '../wechat/endpoints/media.js';
import { WechatError } from '../wechat/errors.js';

type Upload = EndpointRequest<'uploadmedia'>;

/** `file` is `file:NAME`, below the worker's folder for references. */
export type UploadParams = Upload | { file: string };

/**
 * Reads the file that a reference names on this worker, of at most so many bytes. Its texts can be shown.
 * Resolves with a problem where there is no such file, or it is not for plans to read.
 */
export type FileReader = (
  reference: string,
  largest: number,
) => Promise<{ bytes: Buffer } | { problem: { message: string; remedy: string } }>;

/** The request itself. @throws WechatError `permanent` when there is no file that could be sent */
export async function uploadOf(app: string, params: UploadParams, read: FileReader): Promise<Upload> {
  const refuse = (path: string, message: string, remedy: string): never => {
    throw new WechatError({
      kind: 'invalidRequest',
      endpoint: 'uploadmedia',
      app,
      message: `${path}: ${message}`,
      meaning: 'this file cannot be uploaded, and nothing was sent',
      remedy,
      action: 'permanent',
      issues: [{ path, message }],
    });
  };
  if (!namesFile(params)) {
    const inline = params?.base64;
    const bytes = typeof inline === 'string' ? Buffer.byteLength(inline, 'base64') : 0;
    if (bytes <= ACTIVITY_FILE_MAX_BYTES) return params;
    return refuse(
      'base64',
      `a file of ${bytes} bytes is too large for the input of an activity (at most ${ACTIVITY_FILE_MAX_BYTES})`,
      'Put it below references.folder of the worker and pass { file: "file:NAME" }.',
    );
  }
  const { file, ...others } = params;
  if (typeof file !== 'string' || Object.keys(others).length > 0)
    return refuse('file', 'is a text, and the only field', 'Write { file: "file:NAME" }.');
  const filename = file.slice(Math.max(file.lastIndexOf('/'), file.indexOf(':')) + 1);
  const contentType = mediaTypeOf(filename);
  if (contentType === undefined)
    return refuse(
      'file',
      'WeChat takes no file of this kind',
      `Name one that ends with ${Object.keys(MEDIA_TYPES).join(', ')}.`,
    );
  const reading = await read(file, MEDIA_MAX_BYTES[contentType]);
  if ('problem' in reading) return refuse('file', reading.problem.message, reading.problem.remedy);
  if (reading.bytes.length === 0) return refuse('file', `${file} is empty`, 'Put the file itself there.');
  return { filename, contentType, base64: reading.bytes.toString('base64') };
}

/** A workflow may have sent anything; what is no object is left to the catalogue to refuse. */
function namesFile(params: UploadParams): params is { file: string } {
  return typeof params === 'object' && params !== null && 'file' in params;
}
