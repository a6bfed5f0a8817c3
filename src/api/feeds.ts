/** Live looks at releases, shared: any number of streams of one release cost one look a second. */
import type { Temporal } from '../releases/connection.js';
import { follow, newsOf } from '../releases/follow.js';
import { reasonOf } from '../servers/grpc.js';

/** One server-sent event. */
export interface FeedEvent {
  event: 'status' | 'silence' | 'end';
  data: unknown;
}

export type Subscriber = (event: FeedEvent) => void;

export interface Feeds {
  /** Tells the latest status at once and every change after it; answers how to stop. */
  subscribe(target: { app: string; run: string }, subscriber: Subscriber): () => void;
  /** Ends all of them. */
  close(): void;
}

interface Feed {
  stop: AbortController;
  subscribers: Set<Subscriber>;
  /** What somebody who comes later must know. */
  latest: FeedEvent[];
}

/** Makes an empty one. */
export function createFeeds(temporal: Temporal): Feeds {
  const feeds = new Map<string, Feed>();

  function begin(key: string, target: { app: string; run: string }): Feed {
    const feed: Feed = { stop: new AbortController(), subscribers: new Set(), latest: [] };
    feeds.set(key, feed);
    void run(feed, target).finally(() => {
      if (feeds.get(key) === feed) feeds.delete(key);
    });
    return feed;
  }

  async function run(feed: Feed, target: { app: string; run: string }): Promise<void> {
    const tell = (event: FeedEvent) => {
      // A silence is laid over the last status; a status ends it.
      feed.latest = [
        ...feed.latest.filter((old) => event.event === 'silence' && old.event === 'status'),
        event,
      ];
      for (const subscriber of feed.subscribers) subscriber(event);
    };
    let told = '';
    let silent: string | null = null;
    try {
      const last = await follow(
        temporal,
        target,
        {
          seen: (status) => {
            const news = newsOf(status);
            if (news === told && silent === null) return;
            [told, silent] = [news, null];
            tell({ event: 'status', data: status });
          },
          silence: (why) => {
            if (why !== null && why !== silent) tell({ event: 'silence', data: { why } });
            if (why !== null) silent = why;
          },
        },
        feed.stop.signal,
      );
      if (last?.kind === 'closed')
        tell({
          event: 'end',
          data: { kind: 'closed', outcome: last.status.outcome, reason: last.status.reason },
        });
      if (last?.kind === 'lost') tell({ event: 'end', data: { kind: 'lost', why: last.why } });
    } catch (error) {
      tell({ event: 'end', data: { kind: 'error', why: reasonOf(error) } });
    }
  }

  return {
    subscribe(target, subscriber) {
      const key = JSON.stringify([target.app, target.run]);
      const feed = feeds.get(key) ?? begin(key, target);
      feed.subscribers.add(subscriber);
      for (const event of feed.latest) subscriber(event);
      return () => {
        feed.subscribers.delete(subscriber);
        if (feed.subscribers.size === 0) feed.stop.abort();
        if (feed.subscribers.size === 0 && feeds.get(key) === feed) feeds.delete(key);
      };
    },
    close() {
      for (const { stop } of feeds.values()) stop.abort();
    },
  };
}
