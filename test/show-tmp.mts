import { createColors } from 'picocolors';
import { renderView } from '/work/main/src/cli/render.js';
import { viewOf } from '/work/main/src/cli/view-model.js';
import { currentDetails } from '/work/main/src/domain/details.js';
import { EVERY_STATUS, NOON } from '/work/main/test/cli/statuses.js';
const [which, width, page] = process.argv.slice(2);
for (const [name, status] of Object.entries(EVERY_STATUS)) {
  if (which && which !== 'all' && which !== name) continue;
  console.log(`\n################ ${name}`);
  const aside = name === 'frozen' ? { zone: 'Asia/Shanghai', trying: null } : name==='attention' ? {zone:null, trying:{what:'grayrelease',attempt:4,why:'grayrelease answered -1 system error, and is not to be seen yet', nextAt: NOON+3000}}: undefined;
  if (page) console.log(currentDetails(status)); else
  console.log(renderView(viewOf(status, NOON, aside), createColors(false), width ? Number(width) : undefined).join('\n'));
}
