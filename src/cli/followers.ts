/** The three ways to show a release that is followed: redrawn, as a log, as JSON lines. */
import { createLogUpdate } from 'log-update';
import type { ReleaseStatus } from '../domain/status.js';
import { type Follower, newsOf } from '../releases/follow.js';
import type { Aside } from '../releases/read.js';
import { changesBetween } from './changes.js';
import { type Cli, type Output, print } from './context.js';
import { renderView } from './render.js';
import { NO_ASIDE } from './view.js';
import { viewOf } from './view-model.js';
import { safe, stamp } from './words.js';
import { asShown } from './wrap.js';

/** A follower that holds the screen or a timer until it is closed. */
export interface Screen extends Follower {
  close(): void;
}

/** The least time between two drawings, milliseconds. */
const REDRAW_MS = 200;

/** Draws `lines` again and again, counting down in between; what does not fit is cut at the bottom. */
export function redraw(out: Output, lines: () => string[]): { close(): void } {
  const update = createLogUpdate(out as NodeJS.WriteStream);
  const draw = () => update(cut(asShown(lines(), out.columns ?? 80), out.rows ?? 24).join('\n'));
  const timer = setInterval(draw, REDRAW_MS);
  draw();
  let closed = false;
  return {
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      // The last picture stays, whole: nothing is redrawn any more, so the terminal may scroll.
      update.clear();
      out.write(`${lines().join('\n')}\n`);
      update.done();
    },
  };
}

function cut(lines: string[], rows: number): string[] {
  if (lines.length < rows) return lines;
  return [...lines.slice(0, rows - 2), `… ${lines.length - rows + 2} more lines; a taller window shows them`];
}

/** On a terminal: header, stages, health and what may be done, redrawn. */
export function screenFollower(cli: Cli): Screen {
  let status: ReleaseStatus | null = null;
  let beside = NO_ASIDE;
  let silent: string | null = null;
  const drawing = redraw(cli.out, () => {
    const picture =
      status === null
        ? ['looking …']
        : renderView(viewOf(status, cli.now(), beside), cli.colors, cli.out.columns ?? 80);
    // What is cut off is cut off at the bottom.
    return silent === null ? picture : [cli.colors.yellow(`⚠ ${safe(silent)}`), '', ...picture];
  });
  return {
    seen: (next, aside = NO_ASIDE) => {
      status = next;
      beside = aside;
    },
    silence: (why) => {
      silent = why;
    },
    close: drawing.close,
  };
}

/** Without a terminal: a line for each change, with its moment; `name` tells several releases apart. */
export function logFollower(cli: Pick<Cli, 'now'>, write: (line: string) => void, name = ''): Screen {
  let before: ReleaseStatus | null = null;
  let silent: string | null = null;
  let tried = '';
  const prefix = name === '' ? '' : `${name}  `;
  const line = (at: number, text: string) => write(`${stamp(at)}  ${prefix}${text}`);
  return {
    seen: (after, { trying }: Aside = NO_ASIDE) => {
      for (const { at, text } of changesBetween(before, after, cli.now())) line(at, text);
      before = after;
      const news = trying === null ? '' : `${trying.what} is tried again: ${safe(trying.why)}`;
      // WeChat ends its errors with an id of the call: the same error again is no news.
      const same = news.replace(/ rid: [\w-]+/g, '');
      if (news !== '' && same !== tried) line(cli.now(), news);
      tried = same;
    },
    silence: (why) => {
      if (why !== null && why !== silent) line(cli.now(), safe(why));
      silent = why;
    },
    close: () => {},
  };
}

/** For programs: the whole status as one line of JSON whenever it has changed. */
export function jsonFollower(cli: Cli): Screen {
  let before = '';
  return {
    seen: (status) => {
      const news = newsOf(status);
      if (news !== before) print(cli, JSON.stringify(status));
      before = news;
    },
    silence: () => {},
    close: () => {},
  };
}
