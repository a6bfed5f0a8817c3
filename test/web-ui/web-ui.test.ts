/** A person who knows only the Temporal Web UI: finds a release, understands it, and steers it, in a real browser. */
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

// One release, steered from its first stage to its end: each test goes on where the one before it left it.
describeInBrowser('the Temporal Web UI', (browser) => {
  let scene: WebUiScene;
  let ui: ReleasePage;
  let held = '';
  const details = () => expect.poll(() => ui.refreshed(), POLL);

  beforeAll(async () => {
    scene = await givenWebUi({ [HELD]: {}, [STUCK]: {} });
    refuseToRelease(scene.simulator);
    const context = await browser().newContext({ viewport: { width: 1280, height: 1000 } });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    ui = new ReleasePage(page, scene.base);
    held = await scene.start(HELD, planOf(HELD, HELD_STAGES));
    await scene.start(STUCK, planOf(STUCK, ['percentage: 1, soak: 2h', 'percentage: 100']));
    await scene.until(STUCK, ({ attention }) => attention !== null);
    await scene.until(HELD, ({ stages }) => stages[0]?.state === 'holding');
  });
  afterAll(() => scene?.close());

  it('lists releases with their search attributes, and those that need a person alone', async () => {
    await ui.openList();
    await ui.addColumns('WeappVersion', 'ReleasePhase', 'ReleaseAttention');
    await expect.poll(() => ui.row(HELD).innerText(), POLL).toMatch(/1\.4\.0\s+rolling\s+false/i);
    await ui.filterByFlag('ReleaseAttention', 'True');
    await expect.poll(() => ui.row(HELD).count(), POLL).toBe(0);
    expect(await ui.row(STUCK).innerText()).toMatch(/1\.4\.0\s+rolling\s+true/i);
  });

  it('shows where a release stands, what comes next, and the way back; nothing is wider than its panel', async () => {
    await ui.open(HELD, held);
    await details().toMatch(
      /^1\.4\.0 for wx0123456789abcdef\s+rolling at 1 %\. It holds here until somebody sends promote\./,
    );
    const text = await ui.refreshed();
    expect(text).toMatch(/1 %\s+holding\s+1s\s+until promoted\s+10 %\s+pending\s+2h/);
    expect(text).toContain('Way back: the 1 % go back to 1.3.0 at once');
    expect(text).toContain('The button Request Cancellation does what abort does.');
    const wide = await ui
      .details()
      .locator('html')
      .evaluate((html) => html.scrollWidth - html.clientWidth);
    expect(wide).toBe(0);
    const shown = await ui.details().locator('li code:last-child').allInnerTexts();
    expect(shown.map((json) => Object.keys(JSON.parse(json)))).toContainEqual(['expect', 'by', 'reason']);
  });

  it('pauses with what was copied from the page, and shows it, in lists, too', async () => {
    await ui.copyJson('pause');
    await ui.sendCopied('Signal', 'pause');
    await details().toMatch(/Paused by you since .*: why\./);
    await ui.openList('ReleasePaused=true');
    await expect.poll(() => ui.row(HELD).count(), POLL).toBe(1);
  });

  it('still shows it to whoever comes later, and resumes', async () => {
    await ui.open(HELD, held);
    await details().toContain('Paused by you');
    await ui.copyJson('resume');
    await ui.sendCopied('Signal', 'resume');
    await details().not.toContain('Paused');
  });

  it('says why a promote was not taken, with the JSON that would be', async () => {
    await ui.send('Signal', 'promote', { expect: 10, by: 'ann', reason: 'looks good' });
    await details().toMatch(
      /Not taken: promote from ann, .*: 1 % is running and it expects 10 %; send \{"expect":1,/,
    );
  });

  it('survives the encoding that the form offers beside JSON, and says so', async () => {
    await ui.send('Signal', 'pause', { by: 'ann' }, 'json/protobuf');
    await details().toMatch(
      /Not taken: pause from someone unnamed, .*: pause could not be read; send it as json\/plain/,
    );
  });

  it('shows in red why an Update was refused', async () => {
    const form = await ui.send('Update', 'promote', { by: 'ann', expect: 50 });
    await expect
      .poll(() => form.innerText(), POLL)
      .toContain(
        'promote refused: 1 % is running and it expects 50 %; send {"expect":1,"by":"you","reason":"why"}',
      );
    await ui.page.reload();
  });

  it('promotes, and asks for an approval', async () => {
    await details().toContain('It holds here');
    await ui.copyJson('promote');
    await ui.sendCopied('Signal', 'promote');
    await details().toMatch(/Approval: 10 % waits for 1 of release-manager/);
    await ui.copyJson('approve');
    await ui.sendCopied('Signal', 'approve');
    await details().toMatch(/rolling at 10 %/);
  });

  it('names its steps on the timeline', async () => {
    await ui.open(HELD, held, 'timeline');
    const summaries = ['watch health and console at 10 %', 'grayrelease 10 %', 'soaks at 10 %'];
    for (const summary of summaries)
      await expect.poll(() => ui.page.locator('body').innerText(), POLL).toContain(summary);
  });

  it('aborts; the closed page says first how it ended, and why', async () => {
    await ui.open(HELD, held);
    await details().toMatch(/rolling at 10 %/);
    await ui.copyJson('abort');
    await ui.sendCopied('Signal', 'abort');
    await scene.until(HELD, ({ outcome }) => outcome !== null);
    await ui.open(HELD, held, 'timeline');
    await expect
      .poll(() => ui.page.locator('body').innerText(), POLL)
      .toMatch(/"outcome": "reverted",\s+"reason": "/);
    await ui.open(HELD, held);
    await details().toMatch(/reverted from 10 %\.\s+Why it went back: why, at 10 % of users/);
  });
});
