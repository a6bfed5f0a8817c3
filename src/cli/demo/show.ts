/** How the demo looks: two releases redrawn on one screen, or a log, and a summary. */
import type { ReleaseStatus } from '../../domain/status.js';
import type { Follower } from '../../releases/follow.js';
import type { Cli, Output } from '../context.js';
import { logFollower, redraw } from '../followers.js';
import { type Colors, renderBoard } from '../render.js';
import { ICONS } from '../view.js';
import { viewOf } from '../view-model.js';
import { brief, safe } from '../words.js';
import type { Ended } from './verdict.js';

/** Followers for several releases that share one output. */
export interface Stage {
  follower(name: string): Follower;
  close(): void;
}

/** Redrawn on a terminal, else a line for each change. */
export function stageFor(cli: Pick<Cli, 'now' | 'colors'>, out: Output): Stage {
  return out.isTTY === true ? boards(cli, out) : log(cli, out);
}

function boards({ now, colors }: Pick<Cli, 'now' | 'colors'>, out: Output): Stage {
  const latest = new Map<string, ReleaseStatus | null>();
  const lines = () =>
    [...latest].flatMap(([name, status]) => [
      '',
      colors.dim(`── ${name} ──`),
      ...(status === null ? ['starting …'] : renderBoard(viewOf(status, now()), colors)),
    ]);
  const drawing = redraw(out, lines);
  return {
    follower: (name) => {
      latest.set(name, null);
      return { seen: (status) => void latest.set(name, status), silence: () => {} };
    },
    close: drawing.close,
  };
}

function log(cli: Pick<Cli, 'now'>, out: Output): Stage {
  return {
    follower: (name) => logFollower(cli, (line) => out.write(`${line}\n`), name.padEnd(9)),
    close: () => {},
  };
}

/** What happened and why, of one release. */
export function renderEnded(name: string, ended: Ended, colors: Colors): string[] {
  const good = ended.outcome === 'released';
  const outcome = `${good ? ICONS.good : ICONS.bad} ${ended.outcome ?? 'not ended'}`;
  const first = ended.effects[0]?.at ?? 0;
  const effects = ended.effects.map(({ at, endpoint, percentage }) => {
    const what = percentage === undefined ? endpoint : `${endpoint} ${percentage} %`;
    return `      +${brief(at - first).padEnd(4)} ${what}`;
  });
  return [
    `${colors.bold(name)}  ${ended.app} ${ended.version}`,
    `  outcome  ${good ? colors.green(outcome) : colors.red(outcome)}, ${ended.percentage} % of users have it`,
    `  why      ${safe(ended.reason)}`,
    `  history  ${ended.historyEvents} events`,
    "  effects  as the simulated WeChat's ledger has them",
    ...effects,
  ];
}
