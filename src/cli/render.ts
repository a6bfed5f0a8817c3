/** Prints a view: aligns and colours, decides nothing. */
import type { createColors } from 'picocolors';
import stringWidth from 'string-width';
import { type HealthRow, ICONS, type ReleaseView, type Row, type StageRow, type Tone } from './view.js';
import { wrapCommand, wrapProse } from './wrap.js';

export type Colors = ReturnType<typeof createColors>;

function paint(tone: Tone, text: string, colors: Colors): string {
  switch (tone) {
    case 'good':
      return colors.green(text);
    case 'bad':
      return colors.red(text);
    case 'busy':
      return colors.cyan(text);
    case 'paused':
    case 'warn':
      return colors.yellow(text);
    case 'idle':
      return colors.dim(text);
  }
}

/** The whole view, one string a line; with the width of a terminal, columns, what is prose is broken to fit it. */
export function renderView(view: ReleaseView, colors: Colors, columns?: number): string[] {
  const rows = [...view.header, ...view.outlook];
  const width = Math.max(...rows.map((row) => row.key.length)) + 2;
  const notes: Row[] = view.notices.map((text) => ({ key: 'Note', text }));
  const sections = [
    view.header.flatMap((row) => renderRow(row, width, colors, columns)),
    renderStages(view.stages, colors),
    view.health.length === 0 ? [] : [colors.bold('Health'), ...renderHealth(view.health, colors)],
    view.outlook.flatMap((row) => renderRow(row, width, colors, columns)),
    notes.flatMap((row) => renderRow(row, 'Note: '.length, colors, columns)),
    renderCommands(view, colors, columns),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index > 0 ? ['', ...lines] : lines));
}

/** What a board has room for. */
const ON_BOARD = new Set(['Reason', 'What failed', 'Why', 'Attention', 'Approval', 'Paused', 'Next']);

/** Headline, stages and health only: for two releases on one screen. */
export function renderBoard(view: ReleaseView, colors: Colors): string[] {
  const { tone, text } = view.headline;
  const facts = [...view.header, ...view.outlook]
    .filter(({ key }) => ON_BOARD.has(key))
    .flatMap((row) => renderRow(row, 8, colors).map((line) => `  ${line}`));
  const tree = [...renderStages(view.stages, colors), ...renderHealth(view.health, colors)];
  return [
    `${paint(tone, ICONS[tone], colors)} ${colors.bold(text)}`,
    ...tree.map((line) => `  ${line}`),
    ...facts,
  ];
}

function renderRow(row: Row, width: number, colors: Colors, columns = Number.POSITIVE_INFINITY): string[] {
  const { key, text, tone, verbatim = false } = row;
  const iconed = tone === undefined ? text : `${ICONS[tone]} ${text}`;
  const lines = (verbatim ? wrapCommand : wrapProse)(iconed, columns - width);
  return lines.map((line, index) => {
    const shown = tone === undefined ? line : paint(tone, line, colors);
    return `${index === 0 ? colors.bold(`${key}:`.padEnd(width)) : ' '.repeat(width)}${shown}`;
  });
}

function renderStages(stages: StageRow[], colors: Colors): string[] {
  if (stages.length === 0) return [];
  const cells = stages.map(({ label, state, soak, left }) => [label, state, soak, left]);
  const lines = align([['stage', 'state', 'soak', 'left'], ...cells]);
  const [title = '', ...rows] = lines;
  return [
    colors.dim(`  ${title}`),
    ...stages.map(({ tone }, index) => `${paint(tone, ICONS[tone], colors)} ${rows[index] ?? ''}`),
  ];
}

function renderHealth(health: HealthRow[], colors: Colors): string[] {
  const lines = align(health.map(({ name, verdict, value, note }) => [name, verdict, value, note]));
  return health.map(({ tone }, index) => `${paint(tone, ICONS[tone], colors)} ${lines[index] ?? ''}`);
}

function renderCommands(
  { commands }: ReleaseView,
  colors: Colors,
  columns = Number.POSITIVE_INFINITY,
): string[] {
  if (commands.length === 0) return [];
  const lines = commands.flatMap(({ line, does }) => [
    ...wrapCommand(line, columns - 2).map((part) => `  ${part}`),
    ...wrapProse(does, columns - 6).map((part) => colors.dim(`      ${part}`)),
  ]);
  return [colors.bold('You may'), ...lines];
}

/** Columns as wide as their widest cell, two spaces apart; a Chinese character is as wide as two Latin ones. */
export function align(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join('  ')
      .trimEnd(),
  );
}
