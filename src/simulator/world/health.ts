/** What the world file says of a Mini Program's health: its traffic, its script errors, its metrics. */
import { z } from 'zod';
import { percentage, sample, strict, userVersion } from './schema.js';

/** One value of a metric, from the percentage on at which the version is served. */
export const metricPoint = strict({
  version: userVersion,
  from: percentage.default(0),
  value: sample.optional(),
  perPercent: z.number({ error: 'write a number' }).optional(),
}).refine((point) => (point.value === undefined) !== (point.perPercent === undefined), {
  error: 'give either value, or perPercent (multiplied by the percentage served)',
});

export type MetricPoint = z.output<typeof metricPoint>;

/** A name that a plain PromQL selector can ask for. */
export const metricName = z
  .string()
  .regex(
    /^[a-zA-Z_:][a-zA-Z0-9_:]*$/,
    'a metric name has letters, digits, _ and :, and does not begin with a digit',
  );

/** Script errors per launch, as Prometheus tells it and as jserr_list counts by it. */
export const ERROR_RATE = 'js_error_rate';
/** Launches; perPercent of a day's traffic. */
export const LAUNCHES = 'launches';

const A_DAY = 'write a whole number of them in a day, 0 or more';
const aDay = (fallback: number) => z.int({ error: A_DAY }).min(0, A_DAY).default(fallback);
const SHARE = 'write a share from 0 to 1, as in 0.08 for 8 %';
const share = z.number({ error: SHARE }).min(0, SHARE).max(1, SHARE);

const jsError = strict({
  version: userVersion,
  from: percentage.default(0),
  rate: share,
  userRate: share.optional(),
  type: z
    .union([z.literal(1), z.literal(2), z.literal(3)], {
      error: 'write 1 (own code), 2 (a plugin) or 3 (the framework)',
    })
    .default(1),
  message: z.string({ error: 'write what the error says' }).min(1, 'write what the error says'),
  stack: z.string().default(''),
});

/** An error that users' devices report. `rate` is its share of launches, `userRate` of users. */
export type JsError = z.output<typeof jsError>;

const traffic = strict({ users: aDay(10_000), launches: aDay(40_000) });

/** How much the Mini Program is used in a day, all versions together. */
export type Traffic = z.output<typeof traffic>;

/** What a world says that says nothing of traffic. */
export const USUAL_TRAFFIC: Traffic = { users: 10_000, launches: 40_000 };

/** Fields of an app. */
export const healthFields = {
  metrics: z.record(metricName, z.array(metricPoint)).default({}),
  traffic: traffic.optional(),
  jsErrors: z.array(jsError).default([]),
};

interface Health {
  metrics: Record<string, MetricPoint[]>;
  traffic?: Traffic | undefined;
  jsErrors: JsError[];
}

/** The app with the metrics that follow from its traffic and errors. Metrics that are written out count first. */
export function withDerivedMetrics<App extends Health>(app: App): App {
  const versions = [...new Set(app.jsErrors.map(({ version }) => version))];
  if (versions.length === 0) return app;
  const { launches } = app.traffic ?? USUAL_TRAFFIC;
  const derived = {
    [ERROR_RATE]: versions.flatMap((version) => ratePoints(version, app.jsErrors)),
    [LAUNCHES]: versions.map((version) => ({ version, from: 0, perPercent: launches / 100 })),
  };
  return { ...app, metrics: { ...derived, ...app.metrics } };
}

/** One point for each percentage at which the sum of a version's errors changes. */
function ratePoints(version: string, errors: JsError[]): MetricPoint[] {
  const own = errors.filter((error) => error.version === version);
  const steps = [...new Set([0, ...own.map(({ from }) => from)])].sort((a, b) => a - b);
  return steps.map((from) => {
    const active = own.filter((error) => error.from <= from);
    return { version, from, value: active.reduce((sum, { rate }) => sum + rate, 0) };
  });
}
