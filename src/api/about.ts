/** What the API's process says of itself. */
import { ADDRESSES } from './push/routes.js';

export const DEFAULT_PORT = 8790;

export const HELP = `The HTTP API: start, watch and steer releases; WeChat's pushes come to the same server.

  npm run api -- [--port N] [--host ADDRESS]

  --port N        0 to 65535, ${DEFAULT_PORT} unless told otherwise; 0 takes a free one
  --host ADDRESS  127.0.0.1 unless told otherwise: only this machine, where your HTTPS proxy is
  --help          this text

Needs in the file that WEAPP_CONFIG names:

  api:
    tokens:                                      # \`weapp-rollout token new ann --role operator\` makes one
      - { name: ann, hash: "sha256:…", roles: [operator], apps: ["*"] }
    signingKey: file:/run/secrets/api-key        # optional: vouches for approvers (docs/api.md)

and TEMPORAL_ADDRESS and its siblings as for the worker. With a database (DATABASE_URL) it keeps its audit log; with
component.messageToken and component.messageKeys it takes WeChat's pushes (docs/receiver.md).

/docs is a page to try it (any name, a token as password), /openapi.json describes it, /livez and /readyz are for probes.
It logs to stderr, one JSON object a line, never a token or a body. Ctrl-C ends it.`;

/** What to open, once it listens at `url`. */
export function greeting(
  url: string,
  { address, namespace, takesPushes }: { address: string; namespace: string; takesPushes: boolean },
): string {
  const pushes = takesPushes
    ? `WeChat's pushes come to ${ADDRESSES.component} and ${ADDRESSES.apps}/$APPID$ (docs/receiver.md).`
    : "It takes no pushes of WeChat's: component.messageToken and component.messageKeys are not set.";
  return `API listening on ${url}; ${url}/docs is a page to try it
Releases are at Temporal at ${address}, namespace ${namespace}.
${pushes}`;
}
