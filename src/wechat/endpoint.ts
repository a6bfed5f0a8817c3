import type { z } from 'zod';

/** One call of WeChat's API, as data. The client, the simulator and the documentation all read it. */
export interface Endpoint<
  Name extends string = string,
  Request extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
  Token extends TokenKind = TokenKind,
  Secret extends boolean = boolean,
> {
  /** Its name here: the last part of the path, except where one path has several uses. */
  readonly name: Name;
  readonly method: 'GET' | 'POST';
  readonly path: `/${string}`;
  /** `write` changes something in WeChat, whatever the method: several of its writes are GETs. */
  readonly kind: 'read' | 'write';
  /** Where the request's fields go; `form` is multipart/form-data. The access token is always in the query. */
  readonly in: 'body' | 'query' | 'form';
  /** Query fields that are part of the call itself. */
  readonly fixedQuery?: Readonly<Record<string, string>>;
  /** Whose access token the call takes: the Mini Program's, the platform's own, either of them, or none. */
  readonly token: Token;
  /** The query field the token is sent in; a Mini Program's token always goes in `access_token`. */
  readonly tokenField: TokenField;
  /** Other fields WeChat documents for the token, which a caller may ask for. */
  readonly otherTokenFields: readonly TokenField[];
  /** What a success looks like: `image` is bytes; an error is JSON in every case. */
  readonly answers: 'json' | 'image';
  /** The token calls leave errcode out of a success. */
  readonly errcode: 'always' | 'onFailure';
  /**
   * The request or the answer carries credentials: the call is no activity (it would enter a history), cannot be
   * made by hand, and its answer is never kept in an error.
   */
  readonly secret: Secret;
  /** What callers may ask, with WeChat's documented limits. Its output is what goes on the wire. */
  readonly request: Request;
  /** What a successful answer means to us; unknown fields pass through. */
  readonly response: Response;
  /** The error codes this call documents, or is known to answer, and their short meanings. */
  readonly errors: Readonly<Record<number, string>>;
  /** One line for documentation. */
  readonly doc: string;
  /**
   * The permission set of the third-party platform that contains the call; null for calls of the platform itself, and
   * for those that any granted set allows.
   */
  readonly permissionSet: 18 | null;
}

/** `either`: the Mini Program's when one is named, else the platform's; the call is about whose token it is. */
export type TokenKind = 'authorizer' | 'component' | 'either' | 'none';
export type TokenField = 'access_token' | 'component_access_token' | 'cloudbase_access_token';

/** What most rows have in common; a row names only what differs. */
const USUAL = {
  tokenField: 'access_token',
  otherTokenFields: [],
  answers: 'json',
  errcode: 'always',
} as const;

type Optional = keyof typeof USUAL | 'permissionSet';
type Written<Name extends string, Request extends z.ZodType, Response extends z.ZodType> = Omit<
  Endpoint<Name, Request, Response>,
  Optional | 'token' | 'secret'
> &
  Partial<Pick<Endpoint, Optional>>;

/** A call on behalf of a Mini Program: its authorizer token, permission set 18. Keeps the row's exact types. */
export function endpoint<const Name extends string, Request extends z.ZodType, Response extends z.ZodType>(
  row: Written<Name, Request, Response>,
): Endpoint<Name, Request, Response, 'authorizer', false> {
  return { ...USUAL, token: 'authorizer', secret: false, permissionSet: 18, ...row };
}

/** A call of the third-party platform itself: its component token. */
export function platformEndpoint<
  const Name extends string,
  Request extends z.ZodType,
  Response extends z.ZodType,
>(row: Written<Name, Request, Response>): Endpoint<Name, Request, Response, 'component', false> {
  return { ...USUAL, token: 'component', secret: false, permissionSet: null, ...row };
}

/** A call that a Mini Program's token and the platform's make alike, each for its own account. No permission set. */
export function eitherEndpoint<
  const Name extends string,
  Request extends z.ZodType,
  Response extends z.ZodType,
>(row: Written<Name, Request, Response>): Endpoint<Name, Request, Response, 'either', false> {
  return { ...USUAL, token: 'either', secret: false, permissionSet: null, ...row };
}

/** A call whose request or answer carries credentials: made by the credentials room alone. */
export function credentialEndpoint<
  const Name extends string,
  Request extends z.ZodType,
  Response extends z.ZodType,
  const Token extends 'component' | 'none',
>(row: Written<Name, Request, Response> & { token: Token }): Endpoint<Name, Request, Response, Token, true> {
  return { ...USUAL, secret: true, permissionSet: null, ...row };
}
