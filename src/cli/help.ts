/** What stands below the list of commands in `--help`. */
import { EXIT_CODES_HELP } from './exit-codes.js';

export const HELP_FOOTER = `Examples:
  weapp-rollout up --simulator                                      everything on this machine, with a simulated WeChat
  weapp-rollout lint plan.yaml                                      is the plan sound, and how long does it take
  weapp-rollout check plan.yaml                                     would WeChat let it start
  weapp-rollout simulate plan.yaml                                  the whole plan, weeks of it, in seconds
  weapp-rollout start plan.yaml --watch                             start it and follow it to its end
  weapp-rollout status wx0123456789abcdef --watch                   follow it from anywhere
  weapp-rollout pause wx0123456789abcdef --reason "…"               stop before the next step
  weapp-rollout resume wx0123456789abcdef                           go on
  weapp-rollout promote wx0123456789abcdef --expect 10              end this stage now
  weapp-rollout approve wx0123456789abcdef --as alice --key FILE    agree to what waits for approval
  weapp-rollout refuse wx0123456789abcdef --as alice --key FILE     disagree: it pauses
  weapp-rollout abort wx0123456789abcdef --reason "…"               take users back
  weapp-rollout rollback wx0123456789abcdef --to 1.3.0              while it bakes, or after it is closed: take everyone back
  weapp-rollout resubmit wx0123456789abcdef --items FILE            after a rejection: submit again
  weapp-rollout freeze wx0123456789abcdef --for 2d --reason "…"     no stage begins until it is over
  weapp-rollout unfreeze wx0123456789abcdef                         lift the freeze
  weapp-rollout retry wx0123456789abcdef                            after an attention: try again
  weapp-rollout give-up wx0123456789abcdef                          after an attention: close as failed
  weapp-rollout report wx0123456789abcdef --metric M --value 0.002  a measurement for a pushed metric
  weapp-rollout history wx0123456789abcdef                          what was decided, by whom and why
  weapp-rollout evidence wx0123456789abcdef                         one JSON file of all there is to know about it
  weapp-rollout list --all                                          every release the server knows
  weapp-rollout wechat getgrayreleaseplan --app wx0123…             one call of WeChat, by hand
  weapp-rollout errors 85009                                        what a code of WeChat's means
  weapp-rollout apps import                                         take Mini Programs that authorised the platform into the database
  weapp-rollout apps list                                           authorization, permission set 18 and token of each
  weapp-rollout identity new alice                                  a key that proves who approves
  weapp-rollout notifications test plan.yaml                        a test message to each channel of a plan
  weapp-rollout replay --all                                        can this version go on with the releases of a server
  weapp-rollout token new ann --role operator --app '*'             a token for the HTTP API

${EXIT_CODES_HELP}

Environment:
  TEMPORAL_ADDRESS      host:port of the Temporal server (default: localhost:7233)
  TEMPORAL_NAMESPACE    its namespace (default: default)
  TEMPORAL_API_KEY, TEMPORAL_TLS_*, TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE
                        as for Temporal's own command line
  TEMPORAL_CLI_PATH     the temporal program that \`up\` runs; without it, it is looked for
  WEAPP_DATA            where \`up\` keeps releases
  NO_COLOR, WEAPP_DEBUG=1
Environment of the worker (and so of \`up\`):
  WEAPP_CONFIG          its configuration file: tokens, allowed hosts
  DATABASE_URL          PostgreSQL, for tokens made here (postgres://user:password@host:5432/name)
  WEAPP_TOKEN           without such a file: the access token for every Mini Program
  WECHAT_API_BASE       another WeChat, such as a simulator
  PLAN_*                what plans name as env:PLAN_…, such as PLAN_PROMETHEUS_URL`;
