/** The shape of what is shown of a release: rows, tones and icons. */
import type { Aside } from '../releases/read.js';

/** What a line is about; printers choose icon and colour by it. */
export type Tone = 'good' | 'bad' | 'busy' | 'paused' | 'warn' | 'idle';

export const ICONS: Record<Tone, string> = {
  good: '✔',
  bad: '✖',
  busy: '◌',
  paused: '॥',
  warn: '⚠',
  idle: '•',
};

/** `Key:  text`. */
export interface Row {
  key: string;
  text: string;
  tone?: Tone;
  /** To be pasted as it stands: never broken into lines. */
  verbatim?: boolean;
}

export interface StageRow {
  tone: Tone;
  /** `10 %`, or `bake`. */
  label: string;
  state: string;
  /** How long it lasts, as planned. */
  soak: string;
  /** What is left, or why it stands still. */
  left: string;
}

export interface HealthRow {
  tone: Tone;
  name: string;
  verdict: string;
  value: string;
  note: string;
}

export interface CommandRow {
  /** Works as it stands, pasted into a shell. */
  line: string;
  does: string;
}

export interface ReleaseView {
  header: Row[];
  stages: StageRow[];
  health: HealthRow[];
  outlook: Row[];
  notices: string[];
  commands: CommandRow[];
  /** For one-line uses: icon, version, where it stands. */
  headline: { tone: Tone; text: string };
}

/** Nothing is known beside the status. */
export const NO_ASIDE: Aside = { zone: null, trying: null };
