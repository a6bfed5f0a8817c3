/** uploadmedia: pictures and videos for the reviewers, and preview_info, which names them. */
import { createHash } from 'node:crypto';
import { MEDIA_MAX_BYTES } from '../../wechat/endpoints/media.js';
import { type ErrCode, refuse } from '../state/errors.js';
import type { Scene, Step, Upload } from '../state/machine.js';
import { isObject, isTextList } from '../state/params.js';
import type { AppState, Media } from '../state/state.js';

const MOST_BYTES: Readonly<Record<Media['type'], number>> = {
  image: MEDIA_MAX_BYTES['image/png'],
  video: MEDIA_MAX_BYTES['video/mp4'],
};
/** A media id is good for three days (page of uploadmedia). */
const LIFETIME_MS = 3 * 24 * 3_600_000;

const MOST_KEPT = 1_000;

/** uploadmedia. Its bytes are looked at and forgotten. */
export const uploadMedia: Step = (scene, params) => {
  const { app, now } = scene;
  const upload = params.media;
  if (!isUpload(upload) || upload.bytes.length === 0) return refuse(41005);
  const type = kindOf(upload);
  if (type === undefined) return refuse(40005);
  if (upload.bytes.length > MOST_BYTES[type]) return refuse(40006);
  const known = stillGood(app, now);
  const id = mediaId(app, now);
  return {
    answer: { type, mediaid: id },
    app: { ...app, media: [...known, { id, type, uploadedAt: now }].slice(-MOST_KEPT) },
    effect: {},
  };
};

/**
 * What is wrong with preview_info, or undefined. A bare list is 47001, as clients have found out; a media id that
 * is unknown, has expired or is of the other kind is 85092.
 */
export function complaintAboutPreview({ app, now, switches }: Scene, preview: unknown): ErrCode | undefined {
  if (preview === undefined || preview === null) return undefined;
  if (!isObject(preview)) return 47001;
  const videos = preview.video_id_list ?? [];
  const pictures = preview.pic_id_list ?? [];
  if (!isTextList(videos) || !isTextList(pictures)) return 85092;
  if (videos.length > switches.previewMediaMax || pictures.length > switches.previewMediaMax) return 85093;
  const good = stillGood(app, now);
  const known = (ids: string[], type: Media['type']) =>
    ids.every((id) => good.some((one) => one.id === id && one.type === type));
  return known(videos, 'video') && known(pictures, 'image') ? undefined : 85092;
}

function stillGood({ media }: AppState, now: number): Media[] {
  return media.filter(({ uploadedAt }) => uploadedAt + LIFETIME_MS > now);
}

/** Made of what makes an upload this one, since a step has no chance in it. */
function mediaId({ appid, media }: AppState, now: number): string {
  const last = media.at(-1)?.id ?? '';
  return createHash('sha256').update(`${appid} ${now} ${last}`).digest('base64url');
}

function isUpload(value: unknown): value is Upload {
  return isObject(value) && value.bytes instanceof Uint8Array;
}

/** PNG, JPEG, GIF. */
const IMAGE_STARTS = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF8'];

const BY_NAME: readonly [RegExp, Media['type']][] = [
  [/\.(png|jpe?g|gif)$/i, 'image'],
  [/\.mp4$/i, 'video'],
];
const BY_TYPE: Readonly<Record<string, Media['type']>> = {
  'image/png': 'image',
  'image/jpeg': 'image',
  'image/jpg': 'image',
  'image/gif': 'image',
  'video/mp4': 'video',
};

/** By its first bytes; else by its name, since many clients send no type; else by its type. */
function kindOf({ filename, type, bytes }: Upload): Media['type'] | undefined {
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (IMAGE_STARTS.some((known) => start.startsWith(known))) return 'image';
  if (start.slice(4, 8) === 'ftyp') return 'video';
  const named = BY_NAME.find(([pattern]) => pattern.test(filename));
  return named?.[1] ?? BY_TYPE[type.toLowerCase()];
}
