/** Words that are safe in the Web UI's Markdown, and how they are kept within its size. */

/** Other people's words, made harmless for Markdown, HTML and tables, and shortened. */
export function escapeText(text: string, length = 300): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const cut = flat.length > length ? `${flat.slice(0, length - 1)}…` : flat;
  return cut
    .replace(/[&<>\\`*_{}[\]#|$~"]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/--/g, '-&#45;')
    .replace(/(\d)\/(?=\d)/g, '$1&#47;');
}

/** A moment, milliseconds since the epoch. */
export const time = (at: number): string =>
  `\`${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC\``;

/** Text between backticks: nothing in it may end them, or a table's cell. */
export const code = (text: string): string => `\`${text.replace(/[`|\n]/g, '')}\``;

/** Lines that belong together. `least` of them stay or none does; the rest may be cut from the end. */
export interface Block {
  lines: string[];
  least: number;
}

/** Lines that stay together. */
export const block = (...lines: string[]): Block => ({ lines, least: lines.length });

/**
 * The blocks in their order, an empty line between two, within so many bytes of UTF-8. What comes first is kept first;
 * a block that does not fit is left out, and smaller ones after it are not.
 */
export function within(blocks: readonly Block[], bytes: number): string {
  const kept: string[] = [];
  let left = bytes;
  for (const { lines, least } of blocks) {
    let taken = lines;
    while (taken.length > least && utf8Length(taken.join('\n')) + 2 > left) taken = taken.slice(0, -1);
    const text = taken.join('\n');
    const size = utf8Length(text) + 2;
    if (taken.length === 0 || size > left) continue;
    kept.push(text);
    left -= size;
  }
  return `${kept.join('\n\n')}\n`;
}

/** Bytes in UTF-8. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
