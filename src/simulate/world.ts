/** The simulated WeChat that a plan is played in: a healthy one made from the plan, or the world file's. */
import type { ReleasePlan } from '../domain/plan.js';
import { parseWorld, WorldError, type WorldInput } from '../simulator/world/world.js';
import type { Feed } from './feeds.js';
import type { Scenario } from './scenario.js';

export interface SimulatedWorld {
  world: WorldInput;
  /** The access token that the worker uses. */
  token: string;
}

type AppInput = WorldInput['apps'][string];

/** Made up; the simulated WeChat takes it for the app. */
const TOKEN = 'simulated-token';
/** The third-party platform: a merchant may take the authorization back from it. */
const PLATFORM = { wxsimulatedplatform: { secret: 'simulated-secret' } };
/** Nobody promises how long WeChat takes; a short audit of these days takes a few hours. */
const AUDIT = { approveAfter: '2h' };
/** The scan of the code after each commit takes about a minute in WeChat. Seconds. */
const PRIVACY_SCAN_S = 60;

/** The world of a plan and a scenario, without a world file. @throws WorldError for fields of the scenario that are wrong */
export function worldOfPlan(plan: ReleasePlan, scenario: Scenario): SimulatedWorld {
  const { app: fields, ...rest } = scenario.world;
  const pages = [...new Set(['pages/index/index', ...items(plan).flatMap(({ address }) => address ?? [])])];
  const template = plan.template ?? 1;
  const input = {
    components: PLATFORM,
    templates: [{ id: template, version: plan.version, pages }],
    privacyScanSeconds: PRIVACY_SCAN_S,
    ...rest,
    apps: { [plan.app]: { ...healthyApp(plan, pages), ...fields } },
  };
  parseWorld(input, 'the world of the scenario');
  return { world: input as WorldInput, token: TOKEN };
}

/** The world of a world file, with the scenario's fields over the app's. @throws WorldError when it lacks the app */
export function worldOfFile(
  given: WorldInput,
  plan: ReleasePlan,
  scenario: Scenario,
  source: string,
): SimulatedWorld {
  const app = given.apps[plan.app];
  if (app === undefined)
    throw new WorldError(source, [
      {
        path: 'apps',
        value: null,
        message: `has no ${plan.app}, which the plan is for; name it there. Known here: ${Object.keys(given.apps).slice(0, 10).join(', ')}`,
      },
    ]);
  const { app: fields, ...rest } = scenario.world;
  const known = app.token ?? app.tokens?.[0];
  const input = {
    ...given,
    ...rest,
    apps: {
      ...given.apps,
      [plan.app]: { ...app, ...(known === undefined ? { token: TOKEN } : {}), ...fields },
    },
  };
  const { apps } = parseWorld(input, source);
  const parsed = apps[plan.app];
  return { world: input as WorldInput, token: (parsed?.token ?? parsed?.tokens[0])?.value ?? '' };
}

/** The world with the series that are made for the plan's metrics. */
export function withSeries(
  world: WorldInput,
  { app, version }: ReleasePlan,
  feeds: readonly Feed[],
): WorldInput {
  const own = world.apps[app];
  if (own === undefined) return world;
  const made = feeds.flatMap(({ series, first }) => {
    if (series === null || first === null) return [];
    const point = (name: string, value: number) => [name, [{ version, value }]] as const;
    return [
      point(series.value, first.value),
      ...(series.samples === null || first.samples === null ? [] : [point(series.samples, first.samples)]),
    ];
  });
  const metrics: NonNullable<AppInput['metrics']> = { ...own.metrics };
  for (const [name, points] of made) metrics[name] = [...points];
  return { ...world, apps: { ...world.apps, [app]: { ...own, metrics } } };
}

function items(plan: ReleasePlan) {
  return plan.audit.body.item_list ?? [];
}

/** Everything a release needs: a version that users have, one before it, and the categories that the plan names. */
function healthyApp(plan: ReleasePlan, pages: string[]): AppInput {
  const categories = items(plan).flatMap((item) => {
    const { first_class, second_class, third_class, first_id, second_id, third_id } = item;
    if (first_class === undefined || second_class === undefined) return [];
    return [
      {
        first_class,
        second_class,
        ...(third_class === undefined ? {} : { third_class }),
        first_id: first_id ?? 1,
        second_id: second_id ?? 2,
        ...(third_id === undefined ? {} : { third_id }),
      },
    ];
  });
  return {
    token: TOKEN,
    online: {
      version: before(plan.version),
      description: 'what users have now',
      appVersion: 13,
      released: '30d',
    },
    history: [{ version: before(before(plan.version)), appVersion: 12, released: '60d' }],
    pages,
    ...(categories.length === 0 ? {} : { categories }),
    audit: AUDIT,
    media: mediaOf(plan),
    ...(plan.source === 'uploaded' ? { experience: { version: plan.version } } : {}),
  };
}

/** The pictures and videos that the plan shows the reviewers, as if they had just been uploaded. */
function mediaOf({ audit }: ReleasePlan): NonNullable<AppInput['media']> {
  const { video_id_list = [], pic_id_list = [] }: { video_id_list?: string[]; pic_id_list?: string[] } =
    audit.body.preview_info ?? {};
  return [
    ...video_id_list.map((id) => ({ id, type: 'video' as const })),
    ...pic_id_list.map((id) => ({ id, type: 'image' as const })),
  ];
}

/** A version's name that could have come before it: the last number above 0 less one; `before 1.0.0` when there is none. */
function before(version: string): string {
  const counted = /^(.*?)([1-9]\d*)(\D*(?:0\D*)*)$/.exec(version);
  if (counted === null) return `before ${version}`.slice(0, 64);
  const [, head = '', number = '1', tail = ''] = counted;
  return `${head}${Number(number) - 1}${tail}`;
}
