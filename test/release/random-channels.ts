/** The channels that random plans tell: one that works, one that works at times, one whose robot is gone. */
import { NOTIFY_EVENT_NAMES, type NotifyChannel } from '../../src/domain/notifying/events.js';
import { type Answer, type Arrived, channelTo, type Robots, startRobots } from '../notify/robots.js';

export const CHANNEL_NAMES = ['sound', 'shaky', 'gone'] as const;
export type ChannelName = (typeof CHANNEL_NAMES)[number];

/** All of them are told everything, so that nothing of the sequence may be missing. */
const CHANNELS: Record<ChannelName, NotifyChannel> = {
  sound: { ...channelTo('webhook', NOTIFY_EVENT_NAMES), address: 'env:PLAN_SOUND' },
  shaky: channelTo('feishu', NOTIFY_EVENT_NAMES),
  gone: { ...channelTo('wecom', NOTIFY_EVENT_NAMES), address: 'env:PLAN_GONE' },
};

/** What the shaky one answers in turn; undefined is its ordinary answer. */
const SHAKY: (Answer | undefined)[] = [undefined, { status: 502 }, undefined, 'break'];
/** In the address of the robot that is gone: what is said of it must not have it. */
export const GONE_KEY = 'wecom-key-of-a-robot-that-is-gone';
/** More requests than a test sends. */
const MOST = 20_000;

export const channelOf = (name: ChannelName): NotifyChannel => CHANNELS[name];

/** Which one a plan's channel is. */
export function nameOf(channel: NotifyChannel): ChannelName | undefined {
  return CHANNEL_NAMES.find((name) => CHANNELS[name].kind === channel.kind);
}

/** A message as a channel got it. */
export interface Told {
  sequence: number;
  text: string;
}

export interface Channels {
  env: Record<string, string>;
  /** What each channel got of an app's messages, in the order in which they came. */
  toldOf(app: string): Record<ChannelName, Told[]>;
  close(): Promise<void>;
}

export async function startChannels(): Promise<Channels> {
  const sound = await startRobots();
  const shaky = await startRobots();
  shaky.script.push(...Array.from({ length: MOST }, (_, count) => SHAKY[count % SHAKY.length]));
  const arrivedAt = ({ arrived }: Robots, app: string) =>
    arrived.filter(({ id }) => id.startsWith(`${app}-`)).map(toldBy);
  return {
    env: {
      ...shaky.env,
      PLAN_SOUND: sound.env.PLAN_WEBHOOK ?? '',
      PLAN_GONE: `${sound.url}/cgi-bin/webhook/send?key=${GONE_KEY}`,
    },
    toldOf: (app) => ({ sound: arrivedAt(sound, app), shaky: arrivedAt(shaky, app), gone: [] }),
    close: async () => {
      await sound.close();
      await shaky.close();
    },
  };
}

const toldBy = ({ id, text }: Arrived): Told => ({ sequence: Number(id.split('-').at(-1)), text });
