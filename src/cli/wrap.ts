/** Breaks what is too long for a terminal. */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Less than this is no room to break anything into, columns. */
const LEAST_ROOM = 24;

/** Prose in lines of at most `room` columns, at its spaces where it has some. */
export function wrapProse(text: string, room: number): string[] {
  return fits(text, room) ? [text] : wrapAnsi(text, room, { hard: true }).split('\n');
}

/** A command in lines that a shell takes as one: each but the last ends with ` \`. Quoted words stay whole. */
export function wrapCommand(text: string, room: number): string[] {
  if (fits(text, room)) return [text];
  const words = text.match(/(?:\\.|'[^']*'|"[^"]*"|\S)+/g) ?? [];
  const lines: string[] = [];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && stringWidth(longer) <= room - 2) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}

/** The lines as a terminal of so many columns shows them: what is too long takes several. */
export function asShown(lines: readonly string[], columns: number): string[] {
  return lines.flatMap((line) =>
    wrapAnsi(line, columns, { trim: false, hard: true, wordWrap: false }).split('\n'),
  );
}

function fits(text: string, room: number): boolean {
  return room < LEAST_ROOM || stringWidth(text) <= room;
}
