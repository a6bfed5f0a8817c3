/** Pictures and videos for an audit. */
import { z } from 'zod';
import { endpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import { answerFields, orNothing, text } from '../fields.js';

const MB = 1024 * 1024;

/** What can be uploaded, and how large it may be, bytes. */
export const MEDIA_MAX_BYTES = {
  'image/png': 2 * MB,
  'image/jpeg': 2 * MB,
  'image/gif': 2 * MB,
  'video/mp4': 10 * MB,
} as const;

export type MediaType = keyof typeof MEDIA_MAX_BYTES;

/** What a file is, by the end of its name. */
export const MEDIA_TYPES: Readonly<Record<string, MediaType>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.mp4': 'video/mp4',
};

/** What the file of that name is, if WeChat takes it. */
export function mediaTypeOf(filename: string): MediaType | undefined {
  const end = /\.[a-z0-9]+$/.exec(filename.toLowerCase())?.[0] ?? '';
  return Object.hasOwn(MEDIA_TYPES, end) ? MEDIA_TYPES[end] : undefined;
}

/**
 * The largest file that an activity takes in its input, bytes. Temporal refuses to schedule one with more than 2 MiB
 * of input, and base64 makes a third more of it.
 */
export const ACTIVITY_FILE_MAX_BYTES = MB;

const request = z
  .strictObject({
    filename: z
      .string()
      .min(1)
      .max(255)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
      .regex(/^[^\x00-\x1f/\\]*$/, 'must be a name without folders')
      .describe('The name of the file, without folders.'),
    contentType: z.enum(['image/png', 'image/jpeg', 'image/gif', 'video/mp4']).describe('What the file is.'),
    base64: z.base64().describe('The file, in base64: at most 2 MB for a picture, 10 MB for a video.'),
  })
  .superRefine(({ contentType, base64 }, context) => {
    const max = MEDIA_MAX_BYTES[contentType];
    const bytes = Buffer.byteLength(base64, 'base64');
    if (bytes > 0 && bytes <= max) return;
    const message =
      bytes === 0 ? 'the file is empty' : `at most ${max} bytes of ${contentType}; here ${bytes}`;
    context.addIssue({ code: 'custom', path: ['base64'], message });
  });

/** Uploads a picture or a video for preview_info or feedback_stuff. The media id lives for 3 days. */
export const uploadMedia = endpoint({
  name: 'uploadmedia',
  method: 'POST',
  path: '/wxa/uploadmedia',
  kind: 'write',
  in: 'form',
  request,
  response: z.looseObject({
    ...answerFields,
    type: orNothing(text).describe('`image` or `video`.'),
    mediaid: text.describe('For preview_info and feedback_stuff; valid for 3 days.'),
  }),
  errors: ownCodes(-1, 40005, 40006, 41005, 43002, 86020),
  doc: 'Upload a picture or a video that an audit may show.',
});
