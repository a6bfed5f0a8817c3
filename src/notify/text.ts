/** A message as text: for people in a hurry, within a robot's size, and unable to do more than be read. */
import type { Announcement } from '../domain/notifying/notified.js';

/**
 * Other people's words in a robot's Markdown. None of the three has an escape, so what could mention someone, or make a
 * link that looks like ours, is written with the look-alike of full width.
 */
export function plain(text: string): string {
  return text.replace(/[<[\]*`]/g, (char) => LOOK_ALIKE[char] ?? '');
}

const LOOK_ALIKE: Record<string, string> = {
  '<': '＜',
  '[': '［',
  ']': '］',
  '*': '＊',
  '`': "'",
};

/** Lines of a message: other people's words made plain, the command and the id as they are. */
export interface Written {
  title: string;
  lines: string[];
  command: string;
  /** Every message holds the product's name, for robots that ask for a keyword. */
  footer: string;
}

/** What a robot writes. @param harmless makes other people's words such */
export function written(
  { title, lines, command, id }: Announcement,
  harmless: (text: string) => string,
): Written {
  return {
    title: harmless(title),
    lines: lines.map(({ label, text }) => `${label}: ${harmless(text)}`),
    // To be pasted: only what could mention someone is taken out of it.
    command: command.replace(/[\r\n`<>]/g, ' '),
    footer: `weapp-rollout ${id}`,
  };
}

/** Bytes of UTF-8. */
const size = (text: string): number => Buffer.byteLength(text);

/** The whole within so many bytes: long lines are shortened before anything is left out. */
export function fitted(parts: Written, render: (parts: Written) => string, mostBytes: number): string {
  for (let longest = 300; longest >= 20; longest = Math.floor(longest * 0.7)) {
    const lines = parts.lines.map((line) => cut(line, longest));
    const text = render({ ...parts, title: cut(parts.title, longest), lines });
    if (size(text) <= mostBytes) return text;
  }
  return render({ ...parts, title: cut(parts.title, 60), lines: [], command: '' });
}

function cut(text: string, longest: number): string {
  const chars = [...text];
  return chars.length <= longest ? text : `${chars.slice(0, longest - 1).join('')}…`;
}
