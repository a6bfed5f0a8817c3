/** Texts from outside as PostgreSQL takes them. */

/** Without NUL, which neither text nor jsonb may hold, and without halves of characters, which jsonb refuses. */
export function storable(text: string, longest: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the character that is meant
  return text.slice(0, longest).replace(/\u0000|\p{Surrogate}/gu, '\uFFFD');
}
