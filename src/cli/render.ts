/** Prints a view: aligns and colours, decides nothing. */
import type { createColors } from 'picocolors';
import { type HealthRow, ICONS, type ReleaseView, type Row, type StageRow, type Tone } from './view.js';

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

/** The whole view, one string a line. */
export function renderView(view: ReleaseView, colors: Colors): string[] {
  const rows = [...view.header, ...view.outlook];
  const width = Math.max(...rows.map((row) => row.key.length)) + 2;
  const sections = [
    view.header.map((row) => renderRow(row, width, colors)),
    renderStages(view.stages, colors),
    view.health.length === 0 ? [] : [colors.bold('Health'), ...renderHealth(view.health, colors)],
    view.outlook.map((row) => renderRow(row, width, colors)),
    view.notices.map((text) => `${colors.bold('Note:')} ${text}`),
    renderCommands(view, colors),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index > 0 ? ['', ...lines] : lines));
}

/** Headline, stages and health only: for two releases on one screen. */
export function renderBoard(view: ReleaseView, colors: Colors): string[] {
  const { tone, text } = view.headline;
  const facts = [...view.header, ...view.outlook]
    .filter(({ key }) => ['Reason', 'Attention', 'Paused', 'Next'].includes(key))
    .map((row) => `  ${renderRow(row, 8, colors)}`);
  const tree = [...renderStages(view.stages, colors), ...renderHealth(view.health, colors)];
  return [
    `${paint(tone, ICONS[tone], colors)} ${colors.bold(text)}`,
    ...tree.map((line) => `  ${line}`),
    ...facts,
  ];
}

function renderRow({ key, text, tone }: Row, width: number, colors: Colors): string {
  const shown = tone === undefined ? text : paint(tone, `${ICONS[tone]} ${text}`, colors);
  return `${colors.bold(`${key}:`.padEnd(width))}${shown}`;
}

function renderStages(stages: StageRow[], colors: Colors): string[] {
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

function renderCommands({ commands }: ReleaseView, colors: Colors): string[] {
  if (commands.length === 0) return [];
  const lines = commands.flatMap(({ line, does }) => [`  ${line}`, colors.dim(`      ${does}`)]);
  return [colors.bold('You may'), ...lines];
}

/** Columns as wide as their widest cell, two spaces apart. */
export function align(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
