/** A real browser for tests that need one: the Chromium of the machine, without a window. */
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { canRun, programInPath } from './programs.js';
import { describeWorkflows } from './temporal.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ON_A_MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** A group of tests of the product's workflows in a real browser, skipped with the reason where there is none. */
export function describeInBrowser(name: string, body: (browser: () => Browser) => void): void {
  const program = findChromium();
  if (program === null) {
    describe.skip(`${name} (no Chromium: neither CHROMIUM_PATH nor ${NAMES.join(', ')} in PATH; apt-get install chromium)`, () =>
      body(() => {
        throw new Error('there is no Chromium');
      }));
    return;
  }
  describeWorkflows(
    name,
    () => {
      let browser: Browser | null = null;
      beforeAll(async () => {
        browser = await launchChromium(program);
      });
      afterAll(() => browser?.close());
      body(() => {
        if (browser === null) throw new Error('Chromium has not started');
        return browser;
      });
    },
    // A page beside other files on two cores takes its time.
    180_000,
  );
}

/** The program, or null. */
function findChromium(): string | null {
  const named = process.env.CHROMIUM_PATH;
  if (named) return canRun(named) ? named : null;
  return NAMES.map(programInPath).find((found) => found !== null) ?? (canRun(ON_A_MAC) ? ON_A_MAC : null);
}

function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // Chromium's sandbox refuses root; the pages here are our own server's.
    chromiumSandbox: process.getuid?.() !== 0,
    // Containers often have a small /dev/shm.
    args: ['--disable-dev-shm-usage'],
  });
}
