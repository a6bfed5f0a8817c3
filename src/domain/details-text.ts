/** Words that are safe in the Web UI's Markdown, and how they are kept within its size. */

/** Other people's words, made harmless for Markdown, HTML and tables, and shortened. */
export function escapeText(text: string, length = 300): string {
  return harmless(flattened(text, length));
}

/** Names in backticks, and JSON to paste: in any other place its quotes would be turned into typographic ones. */
const VERBATIM = /(`[^`|]{1,120}`|\{".{0,300}\})/;

/** Our own words: as escapeText, but what stands in them to be copied stays as it is. */
export function sayText(text: string, length = 400): string {
  const parts = flattened(text, length).split(VERBATIM);
  return parts.map((part, index) => (index % 2 === 0 ? harmless(part) : code(part))).join('');
}

function flattened(text: string, length: number): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > length ? `${flat.slice(0, length - 1)}…` : flat;
}

function harmless(text: string): string {
  return text
    .replace(/[&<>\\`*_{}[\]#|$~"]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/--/g, '-&#45;')
    .replace(/(\d)\/(?=\d)/g, '$1&#47;');
}

/** A moment, milliseconds since the epoch. */
export const time = (at: number): string =>
  `\`${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC\``;

/** The same without seconds, for a narrow table. */
export const minute = (at: number): string =>
  `\`${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC\``;

/** A table's cells stand without any space between them in the Web UI, and Markdown takes ordinary ones away. */
export const cell = (text: string): string => (text === '' ? ' ' : `\u00a0${text}\u00a0`);

/** Text between backticks: nothing in it may end them, or a table's cell. */
export const code = (text: string): string => `\`${text.replace(/[`|\n]/g, '')}\``;

/** Lines that belong together. `least` of them stay or none does; the rest may be cut from the end. */
export interface Block {
  lines: string[];
  least: number;
  /** What stands there instead when the lines do not fit. There is always room for it, whatever comes before. */
  short?: string[];
}

/** Lines that stay together. */
export const block = (...lines: string[]): Block => ({ lines, least: lines.length });

/**
 * The blocks in their order, an empty line between two, within so many bytes of UTF-8. What comes first is kept first;
 * a block that does not fit is left out, and smaller ones after it are not.
 */
export function within(blocks: readonly Block[], bytes: number): string {
  const kept: string[] = [];
  let left = bytes - blocks.reduce((sum, { short }) => sum + (short ? sizeOf(short) : 0), 0);
  for (const { lines, least, short } of blocks) {
    if (short) left += sizeOf(short);
    const taken = fitting(lines, least, left) ?? fitting(short ?? [], 1, left);
    if (taken === null) continue;
    kept.push(taken.join('\n'));
    left -= sizeOf(taken);
  }
  return `${kept.join('\n\n')}\n`;
}

/** As many of the lines as fit; null when too few do. */
function fitting(lines: string[], least: number, bytes: number): string[] | null {
  let taken = lines;
  while (taken.length > least && sizeOf(taken) > bytes) taken = taken.slice(0, -1);
  return taken.length === 0 || sizeOf(taken) > bytes ? null : taken;
}

/** Bytes of the lines, with the empty line after them. */
const sizeOf = (lines: string[]): number => utf8Length(lines.join('\n')) + 2;

/** Bytes in UTF-8. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
