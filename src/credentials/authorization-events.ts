/** What WeChat pushes about authorizations. The receiver calls it. */

/** Each resolves only when the event is stored for good; repeated and late ones change nothing. */
export interface AuthorizationEvents {
  /** component_verify_ticket arrived. `at`: when WeChat made it, ms since the epoch. */
  ticket(event: { componentAppid: string; ticket: string; at: number }): Promise<void>;
  /** authorized or updateauthorized. */
  authorized(event: {
    componentAppid: string;
    app: string;
    authorizationCode: string;
    at: number;
  }): Promise<void>;
  unauthorized(event: { componentAppid: string; app: string; at: number }): Promise<void>;
}
