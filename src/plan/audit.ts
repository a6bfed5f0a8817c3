/** The plan's `audit`: what goes with submit_audit and how long it is waited for. */
import { z } from 'zod';
import { choice, duration, frequency, line, text, whole, yesNo } from './field.js';

/** WeChat: at most 10 tags, separated by spaces, each of at most 20 characters. */
const MOST_TAGS = 10;
const LONGEST_TAG = 20;
/** WeChat: at most 5 media ids in feedback_stuff, joined by `|`. */
const MOST_MEDIA = 5;

const tag = text({ description: 'Tags, separated by spaces.', example: '工具 备忘' }, 300).superRefine(
  (written, context) => {
    const tags = written.split(' ').filter((word) => word !== '');
    const long = tags.find((word) => [...word].length > LONGEST_TAG);
    if (tags.length > MOST_TAGS) {
      context.addIssue({ code: 'custom', message: `has ${tags.length} tags, and WeChat takes at most 10` });
    }
    if (long !== undefined) {
      context.addIssue({ code: 'custom', message: 'has a tag of more than 20 characters' });
    }
  },
);

/** One line of item_list, in WeChat's own spelling. */
export const auditItem = z
  .strictObject({
    address: line(
      { description: 'Page of the Mini Program, as get_page lists it.', example: 'pages/index/index' },
      500,
    ).exactOptional(),
    tag: tag.exactOptional(),
    first_class: line({ description: 'First category, as get_category names it.', example: '工具' }, 100),
    second_class: line({ description: 'Second category.', example: '备忘录' }, 100),
    third_class: line(
      { description: 'Third category, where there is one.', example: '高等' },
      100,
    ).exactOptional(),
    first_id: whole({ description: 'Id of the first category.', example: 1 }, 0),
    second_id: whole({ description: 'Id of the second category.', example: 2 }, 0),
    third_id: whole({ description: 'Id of the third category.', example: 5 }, 0).exactOptional(),
    title: line({ description: 'Title of the page.', example: '首页' }, 32).exactOptional(),
  })
  .meta({ description: "One page for the reviewers, in WeChat's own spelling (item_list of submit_audit)." });

const mediaId = line({ description: 'A media id of uploadmedia.', example: 'mediaid-1' }, 200);

const previewInfo = z
  .strictObject({
    video_id_list: z
      .array(mediaId)
      .meta({ description: 'Media ids of videos.', examples: [['mediaid-1']] })
      .exactOptional(),
    pic_id_list: z
      .array(mediaId)
      .meta({ description: 'Media ids of pictures.', examples: [['mediaid-2']] })
      .exactOptional(),
  })
  .meta({ description: "Pictures and videos for the reviewers, in WeChat's own spelling." });

const code = (description: string) => whole({ description, example: 1 }, 0);

const ugcDeclare = z
  .strictObject({
    scene: z
      .array(code('A kind of content.'))
      .meta({ description: 'Kinds of content that users make; 0 for none.', examples: [[1, 2]] })
      .exactOptional(),
    other_scene_desc: text(
      { description: 'The other kinds, in words.', example: 'voice notes' },
      1_000,
    ).exactOptional(),
    method: z
      .array(code('A way of checking.'))
      .meta({ description: 'How that content is checked.', examples: [[1]] })
      .exactOptional(),
    has_audit_team: whole({ description: 'Whether people check: 0 or 1.', example: 1 }, 0, 1).exactOptional(),
    audit_desc: text(
      { description: 'How content is checked, in words.', example: 'checked before it is shown' },
      1_000,
    ).exactOptional(),
  })
  .meta({ description: "Declaration of content made by users, in WeChat's own spelling." });

const feedbackStuff = text(
  {
    description:
      'Media ids for the reviewers, joined by `|`, at most 5; WeChat reads them after a rejection only.',
    example: 'mediaid-1|mediaid-2',
  },
  2_000,
).refine((written) => written.split('|').length <= MOST_MEDIA, { error: 'has more than 5 media ids' });

const items = z
  .array(auditItem)
  .min(1)
  .max(5)
  .meta({ description: 'Pages for the reviewers, 1 to 5; without it WeChat takes what it has.' });

export const audit = z
  .strictObject({
    items: items.exactOptional(),
    versionDesc: text(
      { description: 'What is new, for the reviewers.', example: 'New checkout' },
      1_000,
    ).exactOptional(),
    feedbackInfo: text(
      { description: 'Answer to an earlier rejection.', example: 'The test account is demo/demo' },
      200,
    ).exactOptional(),
    feedbackStuff: feedbackStuff.exactOptional(),
    previewInfo: previewInfo.exactOptional(),
    ugcDeclare: ugcDeclare.exactOptional(),
    privacyApiNotUse: yesNo(
      'Declares that the privacy interfaces WeChat found in the code are not used.',
    ).exactOptional(),
    orderPath: line(
      { description: 'Page of the order centre.', example: 'pages/orders/index' },
      500,
    ).exactOptional(),
    poll: frequency({
      description: 'How often the audit is read when no push arrives.',
      example: '10m',
    }).prefault('10m'),
    deadline: duration({
      description: 'After this long the audit is overdue, counted from submission.',
      example: '14d',
    }).prefault('14d'),
    onDeadline: choice(
      ['notify', 'withdraw'],
      'When it is overdue: `notify` tells and waits on, `withdraw` takes the audit back and ends the release as aborted.',
    ).default('notify'),
    onReject: choice(
      ['wait', 'fail'],
      'When WeChat rejects: `wait` for `resubmit` with corrected items or another template, or `fail`: the release ends as rejected.',
    ).default('wait'),
    rejectTimeout: duration({
      description:
        'How long `resubmit` is waited for; then the release ends as rejected. Only with `onReject: wait`.',
      example: '14d',
    })
      .exactOptional()
      .meta({ default: '14d' }),
    onForeignAudit: choice(
      ['refuse', 'wait', 'withdraw'],
      "When an audit that is not ours is running: `refuse` to start, `wait` until it is over, or `withdraw` it. A withdrawal spends WeChat's quota: 5 a day, 10 a month.",
    ).default('refuse'),
    speedup: yesNo(
      "Asks WeChat for a fast audit once it is submitted. Spends the platform's monthly quota (urgent audits); when nothing is left of it, the audit goes on at its usual pace.",
    ).default(false),
  })
  .refine(({ onReject, rejectTimeout }) => onReject === 'wait' || rejectTimeout === undefined, {
    path: ['rejectTimeout'],
    error: 'nothing is waited for after a rejection: onReject is fail',
    params: { remedy: 'remove it, or write onReject: wait' },
  })
  .meta({ description: "WeChat's audit: what is submitted and how long it is waited for." });
