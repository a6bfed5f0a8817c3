import { metricOf, soakingPlan, startWorld } from './world.js';
const N = Number(process.argv[2] ?? 3000);
async function main() {
  const world = await startWorld(['wxbench0000000001']);
  const plan = soakingPlan('wxbench0000000001', [metricOf('pushed', { kind: 'push' }, 60000)]);
  plan.health[0]!.failureLimit = 1e6;
  const id = await world.start(plan);
  const st = await world.until(id, (s) => s.stages[0]?.state === 'soaking');
  await world.worker.stop();
  const h = world.client.workflow.getHandle(id);
  let t = performance.now();
  await Promise.all(Array.from({ length: 8 }, async (_, k) => {
    for (let i = k; i < N; i += 8) await h.signal('healthReport', { metric: 'pushed', verdict: 'fail', at: (st.stages[0]!.confirmedAt ?? 0) + i });
  }));
  console.log('sent', N, 'per second', Math.round(N * 1000 / (performance.now() - t)));
  t = performance.now();
  await world.startWorker();
  for (;;) {
    try {
      const s2 = await h.query<any, []>('status');
      console.log('answered after ms', Math.round(performance.now() - t), s2.health[0].failures, s2.runId);
      break;
    } catch (e) { console.log('no', String((e as Error).cause ?? e).slice(0, 100)); if (performance.now() - t > 60000) break; await new Promise((r) => setTimeout(r, 1000)); }
  }
  await world.close();
}
main().catch((e) => { console.error(e); process.exit(1); });
