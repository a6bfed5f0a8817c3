/**
 * Current Details for the Temporal Web UI: Markdown that a person who knows only that page can act on.
 * Its renderer turns `2/5` into a fraction, `$…$` into mathematics and `--` into a dash and passes HTML through,
 * so numbers stand in backticks and other people's words are escaped. Kept under 4 KB: some proxies cut more.
 */
import { formatDuration } from './duration.js';
import type { ReleaseStatus, StageStatus } from './status.js';

const MAX_BYTES = 4_000;

/** Other people's words, made harmless for Markdown, HTML and tables, and shortened. */
export function escapeText(text: string, length = 300): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const cut = flat.length > length ? `${flat.slice(0, length - 1)}…` : flat;
  return cut
    .replace(/[&<>\\`*_{}[\]#|$~"]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/--/g, '-&#45;')
    .replace(/(\d)\/(?=\d)/g, '$1&#47;');
}

const time = (at: number): string => `\`${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC\``;

function stageRow(stage: StageStatus): string {
  const soak = stage.hold ? 'until promoted' : stage.soakMs > 0 ? formatDuration(stage.soakMs) : '';
  const left =
    stage.state === 'soaking' && stage.soakEndsAt !== null
      ? `ends ${time(stage.soakEndsAt)}`
      : stage.state === 'soaking' && stage.remainingMs !== null
        ? `stopped, \`${formatDuration(stage.remainingMs)}\` left`
        : '';
  return `| \`${stage.percentage} %\` | ${stage.state} | ${soak === '' ? '' : `\`${soak}\``} | ${left} |`;
}

/** The page's Markdown, under 4 KB. */
export function currentDetails(status: ReleaseStatus): string {
  const { attention, paused, outcome, phase } = status;
  const lines: string[] = [`## ${escapeText(status.version, 64)} for ${escapeText(status.app)}`, ''];
  lines.push(`**${outcome ?? phase}** at \`${status.percentage} %\`. ${escapeText(status.reason)}`, '');
  if (attention !== null)
    lines.push(
      `**A person must look:** ${escapeText(attention.reason)}`,
      '',
      `What to do: ${escapeText(attention.remedy)}`,
      '',
    );
  for (const pause of paused)
    lines.push(
      `**Paused** by ${escapeText(pause.by, 100)} since ${time(pause.at)}: ${escapeText(pause.reason, 150)}`,
      '',
    );
  lines.push(
    '| stage | state | soak | |',
    '| --- | --- | --- | --- |',
    ...status.stages.slice(0, 12).map(stageRow),
  );
  if (status.stages.length > 12) lines.push(`| \`${status.stages.length - 12}\` more | | | |`);
  lines.push(
    `| bake | ${status.bake.state} | \`${formatDuration(status.bake.bakeMs)}\` | ${status.bake.endsAt === null ? '' : `ends ${time(status.bake.endsAt)}`} |`,
    '',
  );
  if (outcome === null) {
    const at = status.next.at === null ? '' : ` at ${time(status.next.at)}`;
    lines.push(`**Next:** ${escapeText(status.next.what)}${at}`, '');
  }
  lines.push(`**Way back:** ${escapeText(status.wayBack.text)}`, '');
  if (status.platformDeadline !== null)
    lines.push(
      `WeChat completes the staged release by itself at ${time(status.platformDeadline.finishesAt)}.`,
      '',
    );
  if (status.allowed.length > 0) {
    lines.push(
      '**You may send** (Send a Signal, one JSON object):',
      '',
      '| name | JSON | |',
      '| --- | --- | --- |',
    );
    for (const { verb, json, does } of status.allowed)
      lines.push(
        `| \`${verb}\` | \`${JSON.stringify(json).replace(/[`|]/g, '')}\` | ${escapeText(does, 120)} |`,
      );
    lines.push('');
  }
  for (const text of status.notices.slice(-3)) lines.push(`Note: ${escapeText(text, 200)}`, '');
  return bounded(lines);
}

/** Leaves out whole lines from the end until the page fits. */
function bounded(lines: string[]): string {
  let kept = lines;
  while (kept.length > 3 && utf8Length(kept.join('\n')) > MAX_BYTES) kept = kept.slice(0, -1);
  return kept.join('\n');
}

/** Bytes in UTF-8. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
