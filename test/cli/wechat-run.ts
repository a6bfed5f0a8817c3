/** Runs `weapp-rollout wechat` against a server that answers as told. */
import { runCli } from '../../src/cli/program.js';
import { always, fakeServer, type SeenRequest, TOKEN } from '../wechat/fake-server.js';
import { type FakeCli, fakeCli } from './fake-cli.js';

export const APP = 'wx0123456789abcdef';
export const OK = '{"errcode":0,"errmsg":"ok"}';
export const GRAY = ['wechat', 'grayrelease', '--app', APP];
export interface Done {
  code: number;
  cli: FakeCli;
  seen: SeenRequest[];
}

/** Runs a command line against a server that answers so. */
export async function run(
  args: string[],
  answer: string | Parameters<typeof fakeServer>[0] = OK,
  more: Partial<FakeCli> = {},
): Promise<Done> {
  const { url, seen } = await fakeServer(typeof answer === 'string' ? always(answer) : answer);
  const cli = { ...fakeCli({ WECHAT_API_BASE: url, WEAPP_TOKEN: TOKEN }), ...more };
  return { code: await runCli(args, cli), cli, seen };
}

export const bodyOf = ({ seen }: Done): unknown => JSON.parse(seen[0]?.body ?? 'null');
