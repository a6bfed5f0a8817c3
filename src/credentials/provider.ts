/** Where the client gets the token for a call on behalf of a Mini Program. */
export interface TokenProvider {
  /**
   * The authorizer access token of `app`.
   *
   * `rejected` is a token WeChat has just refused: a provider that can make or re-read tokens answers
   * another one, and the same one again when it has no other. Throws a WechatError of kind `credential`
   * when there is none; its text never holds a token.
   */
  get(app: string, options?: { rejected?: string; signal?: AbortSignal }): Promise<string>;

  /**
   * The platform's own component_access_token, for the template library and the platform's calls; absent when this
   * provider has none. As `get` otherwise.
   */
  component?(options?: { rejected?: string; signal?: AbortSignal }): Promise<string>;
}
