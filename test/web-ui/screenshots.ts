/** No test: `npm run screenshots` takes the pictures of docs/web-ui.md anew. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from '../support/chromium.js';
import { ReleasePage } from './release-page.js';
import {
  givenWebUi,
  HELD,
  HELD_STAGES,
  POLL,
  planOf,
  refuseToRelease,
  STUCK,
  type WebUiScene,
} from './scene.js';

const FOLDER = fileURLToPath(new URL('../../docs/images', import.meta.url));
const REVERTED = 'wx1111222233334444';

describeInBrowser('pictures for docs/web-ui.md', (browser) => {
  let scene: WebUiScene;
  let ui: ReleasePage;
  const runs: Record<string, string> = {};
  const details = () => expect.poll(() => ui.refreshed(), POLL);

  beforeAll(async () => {
    await mkdir(FOLDER, { recursive: true });
    const bad = { js_error_rate: [{ version: '1.4.0', from: 10, value: 0.08 }] };
    const launches = [{ version: '1.4.0', perPercent: 400 }];
    const good = { version: '1.4.0', from: 0, value: 0.002 };
    scene = await givenWebUi({
      [HELD]: {},
      [STUCK]: {},
      [REVERTED]: { metrics: { js_error_rate: [good, ...bad.js_error_rate], launches } },
    });
    refuseToRelease(scene.simulator);
    const context = await browser().newContext({ viewport: { width: 1320, height: 1500 }, locale: 'en' });
    const page = await context.newPage();
    ui = new ReleasePage(page, scene.base);
    const plain = ['percentage: 1, soak: 1s', 'percentage: 10, soak: 2h', 'percentage: 100'];
    for (const [app, stages] of Object.entries({ [REVERTED]: plain, [STUCK]: plain, [HELD]: HELD_STAGES }))
      runs[app] = await scene.start(app, planOf(app, stages));
    await scene.until(REVERTED, ({ outcome }) => outcome !== null);
    await scene.until(STUCK, ({ attention }) => attention !== null);
    await scene.until(HELD, ({ stages }) => stages[0]?.state === 'holding');
  });
  afterAll(() => scene?.close());

  const open = (app: string) => ui.open(app, runs[app] ?? '');

  it('takes them', { timeout: 300_000 }, async () => {
    await ui.openList();
    await ui.addColumns('ReleasePhase', 'GrayPercentage', 'ReleasePaused', 'ReleaseAttention');
    await ui.removeColumns('Run ID', 'Type', 'Start', 'End');
    await expect.poll(() => ui.row(REVERTED).innerText(), POLL).toContain('closed');
    await picture(ui.page, 'web-ui-list', ui.page.locator('main'), 360);

    await open(HELD);
    await details().toContain('It holds here');
    await picture(ui.page, 'web-ui-release', ui.page.locator('main'), 360);
    await picture(ui.page, 'web-ui-details', panel(ui));

    const form = await ui.choose('Signal', 'pause');
    await ui.type(form, JSON.stringify({ by: 'ann', reason: 'support is asking' }));
    await ui.leaveEditor(form);
    await picture(ui.page, 'web-ui-signal', form);
    await ui.submit('Signal', form);
    await details().toContain('Paused by ann');
    await picture(ui.page, 'web-ui-paused', panel(ui), 560);

    await ui.send('Signal', 'promote', { expect: 10, by: 'ann', reason: 'looks good' });
    await details().toContain('Not taken');
    await picture(ui.page, 'web-ui-not-taken', panel(ui), 560);

    await open(STUCK);
    await details().toContain('A person must look');
    await picture(ui.page, 'web-ui-attention', panel(ui), 620);

    await open(REVERTED);
    await details().toContain('What failed');
    await picture(ui.page, 'web-ui-reverted', panel(ui), 700);
  });
});

function panel(ui: ReleasePage): Locator {
  return ui.page.locator('#user-metadata-current-details');
}

/** The place alone, no higher than `most` pixels. */
async function picture(page: Page, name: string, place: Locator, most = 2_000): Promise<void> {
  await place.scrollIntoViewIfNeeded();
  const box = await place.boundingBox();
  if (box === null) throw new Error(`${name}: there is nothing to see`);
  const clip = { ...box, height: Math.min(box.height, most) };
  await page.screenshot({ path: join(FOLDER, `${name}.png`), clip, animations: 'disabled', fullPage: true });
}
