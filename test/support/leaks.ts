/** Everything that processes gave out, and whether a secret is in it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What is shorter stands in any text by accident. */
const SHORTEST = 6;

/** Logs, metrics, answers, histories, by where they came from. */
export class GivenOut {
  readonly #texts = new Map<string, string>();

  /** One more text of a place. */
  add(where: string, text: string): void {
    this.#texts.set(where, `${this.#texts.get(where) ?? ''}${text}`);
  }

  /** A program of ours from its sources, for one test; whatever it prints is given out. `ended`: its exit code. */
  run(
    name: string,
    args: string[],
    env: Record<string, string>,
  ): { child: ChildProcess; ended: Promise<number | null> } {
    const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => this.add(`${name} ${stream}`, text));
    return { child, ended };
  }

  /** All that a place gave out so far. */
  of(where: string): string {
    return this.#texts.get(where) ?? '';
  }

  /** Fails, naming the place, the secret's name and its spelling (never the secret) when one is found. */
  expectNone(secrets: Readonly<Record<string, string>>): void {
    const size = [...this.#texts.values()].join('').length;
    expect(size, 'nothing was given out, so nothing can be found').toBeGreaterThan(0);
    const found = Object.entries(secrets).flatMap(([name, secret]) =>
      [...this.#texts].flatMap(([where, text]) =>
        spellingsIn(text, secret).map((spelling) => `${name} in ${where}, ${spelling}`),
      ),
    );
    expect(found).toEqual([]);
  }
}

/** In which spellings a secret stands in a text. */
export function spellingsIn(text: string, secret: string): string[] {
  if (secret.length < SHORTEST) throw new Error('a secret so short stands anywhere');
  const small = text.toLowerCase();
  return Object.entries(spellingsOf(secret))
    .filter(([name, spellings]) =>
      spellings.some((spelling) => (name === 'hex' ? small : text).includes(spelling)),
    )
    .map(([name]) => name);
}

function spellingsOf(secret: string): Record<string, string[]> {
  const bytes = Buffer.from(secret);
  // What the secret alone decides of base64, whichever byte of three it begins at.
  const base64 = (kind: 'base64' | 'base64url') =>
    [0, 1, 2].map((before) => {
      const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
      return shifted.toString(kind).slice(Math.ceil((before * 8) / 6), Math.floor((shifted.length * 8) / 6));
    });
  return {
    'as it is': [secret],
    'URL-encoded': [encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)],
    'in JSON': [JSON.stringify(secret).slice(1, -1)],
    base64: base64('base64'),
    base64url: base64('base64url'),
    hex: [bytes.toString('hex')],
  };
}
