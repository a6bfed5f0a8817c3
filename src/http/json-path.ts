/** Where something stands in a JSON answer: names with dots between them, `data.access_token`. */

/** What stands at a path; a number is a place in a list. Undefined when there is no such place. */
export function valueAt(root: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? Reflect.get(value, part)
          : undefined,
      root,
    );
}
