/** The catalogue by subject, in the order a person would read it. */
import type { EndpointName } from './catalogue.js';

export interface Subject {
  title: string;
  /** One or two sentences below the title. */
  about: string;
  calls: readonly EndpointName[];
}

export const SUBJECTS: readonly Subject[] = [
  {
    title: 'Code',
    about: "Uploading a template's code, and what can be read of it. Each commit replaces the one before.",
    calls: ['commit', 'get_page', 'get_category', 'get_qrcode', 'get_code_privacy_info'],
  },
  {
    title: 'Audit',
    about:
      'A Mini Program has one audit at a time, shared with whoever else submits. Audits are counted for the whole platform.',
    calls: [
      ...(['uploadmedia', 'submit_audit', 'get_auditstatus', 'get_latest_auditstatus'] as const),
      ...(['undocodeaudit', 'speedupaudit', 'queryquota'] as const),
    ],
  },
  {
    title: 'Gray release',
    about:
      'The approved version to a percentage of users. The percentage only rises; WeChat completes it after 15 days.',
    calls: ['grayrelease', 'getgrayreleaseplan', 'revertgrayrelease'],
  },
  {
    title: 'Release and the way back',
    about: 'Two of these are GETs that act: whatever repeats GETs by itself does them twice.',
    calls: ['release', 'revertcoderelease', 'get_history_version', 'getversioninfo'],
  },
  {
    title: 'Visibility',
    about: 'Closing the Mini Program to everyone is the last resort when there is no way back.',
    calls: ['change_visitstatus', 'getvisitstatus'],
  },
  {
    title: 'Base library',
    about: 'Users with an older WeChat are asked to update it.',
    calls: ['getweappsupportversion', 'setweappsupportversion'],
  },
  {
    title: 'Links that open the Mini Program',
    about:
      'Rules by which an ordinary link in a QR code opens a page. A rule counts for all users once it is published.',
    calls: ['qrcodejumpadd', 'qrcodejumpget', 'qrcodejumpdownload', 'qrcodejumpdelete', 'qrcodejumppublish'],
  },
  {
    title: 'Health',
    about: 'Counted by day and by user_version, so a rollout needs a version of its own.',
    calls: ['jserr_list'],
  },
  {
    title: 'Template library',
    about: "Calls of the platform itself: a developer's draft becomes a template, which commit uploads.",
    calls: ['gettemplatedraftlist', 'addtotemplate', 'gettemplatelist', 'deletetemplate'],
  },
  {
    title: 'Tokens and authorizations',
    about:
      'Calls of the platform itself. Those that carry credentials are made by the product alone: they are no activities, cannot be called by hand, and their answers never stand in an error.',
    calls: [
      ...([
        'api_start_push_ticket',
        'api_component_token',
        'api_create_preauthcode',
        'api_query_auth',
      ] as const),
      ...(['api_authorizer_token', 'api_get_authorizer_info', 'api_get_authorizer_list'] as const),
      ...(['get_authorizer_option', 'set_authorizer_option'] as const),
    ],
  },
  {
    title: 'Limits and traces',
    about: 'How much of a limit is left, resetting it, and what WeChat remembers of a failed call.',
    calls: ['quota_get', 'clear_quota', 'component_clear_quota', 'rid_get'],
  },
];
