/** docs/faults.md: its tables, between marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { EFFECTS, type EffectName } from '../../src/domain/effects.js';
import { commonFaults, ownFaults } from './faults-list.js';
import type { Row } from './faults-rows.js';
import { type Expected, expectedOf, REACTIONS } from './faults-rules.js';

const FILE = new URL('../../docs/faults.md', import.meta.url);

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly string[][]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

/** Once, and twice in a row where that is another thing. */
function twice(effect: EffectName, listed: Parameters<typeof expectedOf>[1]): string {
  const words = ({ reaction }: Expected) => (reaction === 'person' ? '**person**' : reaction);
  const [once, again] = [1, 2].map((times) => words(expectedOf(effect, listed, times)));
  return once === again ? `${once}` : `${once}; twice: ${again}`;
}

function byFault(rows: readonly Row[]): string {
  const names = commonFaults('commit').map(({ name }) => name);
  return table(
    ['', ...rows.map(({ name }) => `\`${name.replace(',', '`,')}${name.includes(',') ? '' : '`'}`)],
    names.map((name) => [
      name,
      ...rows.map(({ effect }) => {
        const listed = commonFaults(effect).find((fault) => fault.name === name);
        return listed === undefined ? '' : twice(effect, listed);
      }),
    ]),
  );
}

function byEffect(effects: readonly EffectName[]): string {
  return table(
    ['write', 'what happens', 'WeChat answers'],
    effects.flatMap((effect) => {
      const own = ownFaults(effect).map((listed) => ({ name: listed.name, what: twice(effect, listed) }));
      const kinds = [...new Set(own.map(({ what }) => what))];
      return kinds.map((what) => [
        `\`${EFFECTS[effect].endpoint}\``,
        what,
        own.flatMap((entry) => (entry.what === what ? entry.name : [])).join(', '),
      ]);
    }),
  );
}

function protocol(effects: readonly EffectName[]): string {
  return table(
    ['write', 'not believed missing before', 'sent at most', 'when nothing tells what became of it'],
    effects.map((effect) => {
      const { endpoint, settleMs, maxWrites, remedy } = EFFECTS[effect];
      return [
        `\`${endpoint}\``,
        `${settleMs / 1_000} s`,
        maxWrites === 1 ? 'once' : `${maxWrites} times`,
        remedy,
      ];
    }),
  );
}

/** The document with its tables as they have to be. */
export function documentOf(rows: readonly Row[]): { stands: string; current: string } {
  const effects = [...new Set(rows.map(({ effect }) => effect))];
  const parts: Record<string, string> = {
    reactions: table(
      ['', 'what it means'],
      Object.entries(REACTIONS).map(([name, text]) => [name === 'person' ? '**person**' : name, text]),
    ),
    faults: byFault(rows),
    codes: byEffect(effects),
    protocol: protocol(effects),
  };
  const stands = readFileSync(FILE, 'utf8');
  const current = Object.entries(parts).reduce(
    (text, [name, part]) =>
      text.replace(
        new RegExp(`(<!-- generated: ${name} -->\n)[^]*?(<!-- end -->)`),
        (_whole, begin, end) => `${begin}\n${part}\n\n${end}`,
      ),
    stands,
  );
  return { stands, current };
}

export function writeDocument(text: string): void {
  writeFileSync(FILE, text);
}
