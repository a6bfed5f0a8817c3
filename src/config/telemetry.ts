/** The part of a configuration that says what a process tells of itself. */
import { z } from 'zod';

/** Where metrics and probes are served unless told otherwise: this machine only, on a port that nobody else claims. */
export const DEFAULT_LISTEN = '127.0.0.1:9464';

const ADDRESS = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[^\s:/@[\]]+)):(?<port>\d{1,5})$/i;
const SAY = 'must be host:port, such as 127.0.0.1:9464, or off';

/** `host:port` taken apart; `off` is null. */
export const listen = z.string().transform((text, context) => {
  if (text === 'off') return null;
  const { v6, name, port = '' } = ADDRESS.exec(text)?.groups ?? {};
  const host = v6 ?? name;
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  context.addIssue(SAY);
  return z.NEVER;
});

/** Logs, metrics and probes. */
export const telemetry = z.strictObject({
  /** `/livez`, `/readyz` and `/metrics`; `off`: not served. Port 0 takes a free one. */
  listen: z.preprocess((given) => (given === false ? 'off' : given), listen.prefault(DEFAULT_LISTEN)),
  /** Count releases by phase and outcome as well; the API does, and once for a namespace is enough. */
  releases: z.boolean().default(false),
  /** `auto`: text for a terminal, JSON for everything else. */
  logs: z.enum(['auto', 'json', 'text']).default('auto'),
});
