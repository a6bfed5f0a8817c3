import type { z } from 'zod';

/** One call of WeChat's API, as data. The client, the simulator and the documentation all read it. */
export interface Endpoint<
  Name extends string = string,
  Request extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  /** Its name here: the last part of the path, except where one path has several uses. */
  readonly name: Name;
  readonly method: 'GET' | 'POST';
  readonly path: `/${string}`;
  /** `write` changes something in WeChat, whatever the method: several of its writes are GETs. */
  readonly kind: 'read' | 'write';
  /** Where the request's fields go. The access token is always in the query. */
  readonly in: 'body' | 'query';
  /** Query fields that are part of the call itself. */
  readonly fixedQuery?: Readonly<Record<string, string>>;
  /** What callers may ask, with WeChat's documented limits. Its output is what goes on the wire. */
  readonly request: Request;
  /** What a successful answer means to us; unknown fields pass through. */
  readonly response: Response;
  /** The error codes this call documents, or is known to answer, and their short meanings. */
  readonly errors: Readonly<Record<number, string>>;
  /** One line for documentation. */
  readonly doc: string;
  /** The permission set of the third-party platform that contains the call. */
  readonly permissionSet: 18;
}

/** Checks a row while keeping its exact types. All rows so far belong to permission set 18. */
export function endpoint<const Name extends string, Request extends z.ZodType, Response extends z.ZodType>(
  row: Omit<Endpoint<Name, Request, Response>, 'permissionSet'>,
): Endpoint<Name, Request, Response> {
  return { ...row, permissionSet: 18 };
}
