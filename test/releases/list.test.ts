/** Lists of releases on a real server: every filter, every page, and nobody else's releases. */
import { randomUUID } from 'node:crypto';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import { connectTo, type Temporal } from '../../src/releases/connection.js';
import { listReleases } from '../../src/releases/list.js';
import type { ReleaseFilter } from '../../src/releases/list-filter.js';
import type { ReleaseRow } from '../../src/releases/visibility.js';
import { ensureSearchAttributes } from '../../src/servers/search-attributes.js';
import { RELEASE_WORKFLOW, releaseWorkflowId } from '../../src/workflows/messages.js';
import { createNamespace, describeWithServer, devServer, uniqueTaskQueue } from '../support/temporal.js';

interface Given {
  app: string;
  version?: string;
  phase?: string;
  outcome?: string;
  paused?: boolean;
  attention?: boolean;
  closed?: boolean;
}

const TYPES = { Keyword: SearchAttributeType.KEYWORD, Bool: SearchAttributeType.BOOL } as const;

describeWithServer('a list of releases', () => {
  const namespace = `list-${randomUUID()}`;
  beforeAll(async () => {
    await createNamespace(namespace);
    const temporal = await connected(namespace);
    await ensureSearchAttributes(temporal.connection, namespace, RELEASE_SEARCH_ATTRIBUTES);
    await temporal.close();
  }, 60_000);

  async function connected(name: string): Promise<Temporal> {
    return connectTo(devServer().address, name);
  }

  async function given(...releases: Given[]): Promise<Temporal> {
    const temporal = await connected(namespace);
    onTestFinished(temporal.close);
    for (const release of releases) await begin(temporal, release);
    await listed(temporal, releases);
    return temporal;
  }

  /** As a release stands on the server; no worker is needed to list it. */
  async function begin({ client }: Temporal, { app, version = '1.4.0', closed, ...values }: Given) {
    const named = {
      WeappVersion: version,
      ReleasePhase: values.phase,
      ReleaseOutcome: values.outcome,
      ReleasePaused: values.paused,
      ReleaseAttention: values.attention,
    };
    const attributes = Object.entries(named).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const type = typeof value === 'boolean' ? TYPES.Bool : TYPES.Keyword;
      return [{ key: defineSearchAttributeKey(name, type), value }];
    });
    const handle = await client.workflow.start(RELEASE_WORKFLOW, {
      workflowId: releaseWorkflowId(app),
      taskQueue: uniqueTaskQueue(),
      memo: { app, version },
      typedSearchAttributes: new TypedSearchAttributes(attributes as never),
    });
    if (closed) await handle.terminate();
    return handle;
  }

  /** Visibility is eventually consistent. */
  async function listed(temporal: Temporal, releases: Given[]): Promise<void> {
    const states = releases.map(({ app, closed }) => `${app} ${closed ? 'terminated' : 'running'}`).sort();
    const apps = [...new Set(releases.map(({ app }) => app))];
    await vi.waitFor(async () => {
      const rows = await all(temporal, { apps });
      expect(rows.map(({ app, state }) => `${app} ${state}`).sort()).toEqual(states);
    }, 20_000);
  }

  /** All pages, of which none is longer than asked for. */
  async function pages(temporal: Temporal, filter: ReleaseFilter, limit: number): Promise<string[][]> {
    const found: string[][] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await listReleases(temporal, filter, { limit, cursor });
      found.push(page.rows.map(({ app }) => app));
      if (page.next === null) return found;
      cursor = page.next;
    }
  }

  async function all(temporal: Temporal, filter: ReleaseFilter): Promise<ReleaseRow[]> {
    const { rows, next } = await listReleases(temporal, filter, { limit: 1_000 });
    expect(next).toBeNull();
    return rows;
  }

  const apps = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, '0')}`);

  it('comes in pages, what runs first, the latest first; each once', async () => {
    const running = apps('wxpagesrunning', 12);
    const closed = apps('wxpagesclosed', 9);
    const temporal = await given(
      ...closed.map((app) => ({ app, closed: true })),
      ...running.map((app) => ({ app })),
    );
    const found = await pages(temporal, { apps: [...running, ...closed] }, 10);
    expect(found.flat()).toEqual([...running.toReversed(), ...closed.toReversed()]);
    expect(found.slice(0, 2).map((page) => page.length)).toEqual([10, 10]);
    expect((await pages(temporal, { apps: [...running, ...closed], state: 'closed' }, 4)).flat()).toEqual(
      closed.toReversed(),
    );
    expect(await all(temporal, { apps: running, state: 'closed' })).toEqual([]);
  });

  it('is filtered by everything a row shows', async () => {
    const [one = '', two = '', three = ''] = apps('wxfilters', 3);
    const before = Date.now();
    const temporal = await given(
      { app: one, version: '2.0.0', phase: 'rolling', paused: true, attention: false },
      { app: two, version: '2.0.0', phase: 'closed', outcome: 'reverted', paused: false, closed: true },
      // No worker has touched it yet.
      { app: three, version: '2.0.0\' "final" \\' },
    );
    const found = async (filter: ReleaseFilter) =>
      (await all(temporal, { apps: [one, two, three], ...filter })).map(({ app }) => app).sort();
    expect(await found({ version: '2.0.0' })).toEqual([one, two]);
    expect(await found({ version: '2.0.0\' "final" \\' })).toEqual([three]);
    expect(await found({ version: "2.0.0' OR WeappVersion != '" })).toEqual([]);
    expect(await found({ phase: 'rolling' })).toEqual([one]);
    expect(await found({ outcome: 'reverted', state: 'closed' })).toEqual([two]);
    expect(await found({ paused: true })).toEqual([one]);
    expect(await found({ paused: false })).toEqual([two, three]);
    expect(await found({ attention: false, state: 'running' })).toEqual([one, three]);
    expect(await found({ attention: true })).toEqual([]);
    expect(await found({ startedAfter: before - 60_000, startedBefore: Date.now() + 60_000 })).toHaveLength(
      3,
    );
    expect(await found({ startedAfter: Date.now() + 60_000 })).toEqual([]);
    expect(await found({ app: two })).toEqual([two]);
    expect(await found({ app: 'wxsomebodyelse' })).toEqual([]);
  });

  it('shows no other app, whatever is asked for', async () => {
    const [mine = '', theirs = ''] = apps('wxscope', 2);
    const temporal = await given({ app: mine }, { app: theirs });
    const tricks = [
      `${mine}' OR WorkflowId = 'release:${theirs}`,
      `${mine}') OR WorkflowId IN ('release:${theirs}`,
      `\\' OR 1=1 --`,
      `${mine}" OR "1"="1`,
      `${mine}\u0000`,
      '',
    ];
    for (const trick of tricks) {
      expect(await all(temporal, { app: trick })).toEqual([]);
      expect(await all(temporal, { apps: [trick] })).toEqual([]);
      expect((await all(temporal, { apps: [mine, trick] })).map(({ app }) => app)).toEqual([mine]);
      expect(await all(temporal, { apps: [mine], version: trick })).toEqual([]);
    }
    expect(await all(temporal, { apps: [] })).toEqual([]);
  });

  it('of a scope of thousands still fills its pages, also when one of it closes meanwhile', async () => {
    const mine = apps('wxmany', 20);
    const theirs = apps('wxothers', 20);
    const mixed = mine.flatMap((app, index) => [{ app }, { app: theirs[index] ?? '' }]);
    const temporal = await given(...mixed);
    const scope = { apps: [...mine, ...apps('wxnobody', 5_000)], state: 'all' } as const;
    const found = await pages(temporal, scope, 7);
    expect(found.map((page) => page.length)).toEqual([7, 7, 6]);
    expect(found.flat()).toEqual(mine.toReversed());
    const first = await listReleases(temporal, scope, { limit: 7 });
    // The very row at which the next page goes on, and one before it, leave their places.
    for (const app of [first.rows[6]?.app, first.rows[2]?.app])
      await temporal.client.workflow.getHandle(releaseWorkflowId(app ?? '')).terminate();
    await vi.waitFor(async () => {
      expect(await all(temporal, { apps: mine, state: 'closed' })).toHaveLength(2);
    }, 20_000);
    const second = await listReleases(temporal, scope, { limit: 20, cursor: first.next });
    expect(second.rows.slice(0, 13).map(({ app }) => app)).toEqual(mine.toReversed().slice(7));
  });

  it('goes on nowhere with a cursor that is none, or of another list', async () => {
    const some = apps('wxcursor', 3);
    const temporal = await given(...some.map((app) => ({ app })));
    const { next } = await listReleases(temporal, { apps: some }, { limit: 2 });
    const damaged = { trouble: 'usage', message: expect.stringContaining('the cursor is damaged') };
    for (const cursor of ['x', next?.slice(1), next?.slice(0, -1)])
      await expect(listReleases(temporal, { apps: some }, { limit: 2, cursor })).rejects.toMatchObject(
        damaged,
      );
    const other = { apps: [...some, 'wxanother'] };
    await expect(listReleases(temporal, other, { limit: 2, cursor: next })).rejects.toMatchObject(damaged);
    const last = await listReleases(temporal, { apps: some.toReversed() }, { limit: 2, cursor: next });
    expect(last.rows.map(({ app }) => app)).toEqual([some[0]]);
  });

  it.each([0, -1, 1.5, 1_001, Number.NaN])('is not of %d rows', async (limit) => {
    const temporal = await given();
    await expect(listReleases(temporal, {}, { limit })).rejects.toMatchObject({ trouble: 'usage' });
  });

  it('needs no search attributes but for what they filter', async () => {
    const bare = `bare-${randomUUID()}`;
    await createNamespace(bare);
    const temporal = await connected(bare);
    onTestFinished(temporal.close);
    const [one = '', two = ''] = apps('wxbare', 2);
    for (const app of [one, two])
      await temporal.client.workflow.start(RELEASE_WORKFLOW, {
        workflowId: releaseWorkflowId(app),
        taskQueue: uniqueTaskQueue(),
        memo: { app, version: '3.0.0' },
      });
    await vi.waitFor(async () => expect(await all(temporal, { state: 'running' })).toHaveLength(2), 20_000);
    expect(await all(temporal, { app: one, startedAfter: 0 })).toMatchObject([
      { app: one, version: '3.0.0', state: 'running', phase: null, paused: false },
    ]);
    await expect(
      listReleases(temporal, { version: '3.0.0', paused: true }, { limit: 1 }),
    ).rejects.toMatchObject({
      trouble: 'usage',
      message: expect.stringContaining(
        `namespace ${bare} has no search attribute WeappVersion, ReleasePaused to filter by`,
      ),
      remedy: `temporal operator search-attribute create --namespace ${bare} --name WeappVersion --type Keyword --name ReleasePaused --type Bool`,
    });
  });
});
