/** docker-compose.yml as data: what a test starts by hand has the commands and variables that containers would have. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface ComposeService {
  image: string;
  build?: string;
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: (string | { type: string; source: string; target: string })[];
  ports?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  restart?: string;
  stop_grace_period?: string;
  profiles?: string[];
  deploy?: { replicas?: number };
}

export interface Compose {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
}

/** The file as it is written, with anchors and merges resolved and `${…}` left as it stands. */
export function readCompose(): Compose {
  return parse(readFileSync(`${ROOT}docker-compose.yml`, 'utf8'), { merge: true }) as Compose;
}

export function service(name: string): ComposeService {
  const found = readCompose().services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/**
 * A service's variables where there are no containers. `places` says what stands for what: a host, an address or a folder
 * inside containers, and where that is on this machine.
 */
export function environmentOf(
  name: string,
  places: Readonly<Record<string, string>>,
): Record<string, string> {
  const given = Object.entries(service(name).environment ?? {});
  return Object.fromEntries(
    given.map(([key, value]) => {
      const from = Object.keys(places).find((place) => value === place || value.startsWith(`${place}/`));
      return [key, from === undefined ? value : `${places[from]}${value.slice(from.length)}`];
    }),
  );
}
