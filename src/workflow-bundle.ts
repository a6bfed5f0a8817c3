/** The workflows as one file, made when the product is built: a worker then begins at once, and runs what was built. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

/** The converter that never throws; the same file for worker, client and replay. */
export const PAYLOAD_CONVERTER_PATH = fileURLToPath(
  new URL('./workflows/payload-converter.cjs', import.meta.url),
);

/** A checkout runs its sources; the package and the image carry compiled files alone. */
const IS_SOURCE = import.meta.url.endsWith('.ts');

/** A module of the workflows: a source in a checkout, a compiled file in the package. */
const workflowModule = (name: string): string =>
  fileURLToPath(new URL(`./workflows/${name}.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url));

/** What the workflows are bundled from, by whoever does it beforehand. */
export const WORKFLOW_BUNDLE = {
  workflowsPath: workflowModule('index'),
  workflowInterceptorModules: [workflowModule('stale-time')],
  payloadConverterPath: PAYLOAD_CONVERTER_PATH,
};

/** What a bundle was made of; it lies beside it. */
interface Origin {
  /** Version of `@temporalio/worker`: a bundle carries the SDK's inner half, and the worker is the outer one. */
  sdk: string;
  /** sha256 of the compiled files it was made from. */
  sources: string;
  /** sha256 of the bundle itself. */
  bundle: string;
}

/** There is no bundle that this worker may run. The message says why, and what to do. */
export class BundleError extends Error {
  override readonly name = 'BundleError';

  constructor(what: string) {
    super(`${what}; run \`npm run build\`, or install weapp-rollout anew`);
  }
}

const FOLDER = new URL('./', import.meta.url);

/**
 * The bundle beside the compiled files; undefined in a checkout, where an edit must never be hidden behind an old one.
 * It is never made here instead: an image without it is broken, and shall say so before a release does.
 * @throws {BundleError} when it is missing, damaged, or made of something else than what is installed
 */
export async function prebuiltBundle(
  folder: URL = FOLDER,
  isSource: boolean = IS_SOURCE,
): Promise<string | undefined> {
  if (isSource) return undefined;
  const { code, origin } = places(folder);
  const [text, told] = await Promise.all([readOrNull(code), readOrNull(origin)]);
  if (text === null || told === null)
    throw new BundleError(`the bundle of the workflows is missing (${fileURLToPath(code)})`);
  const made: Partial<Origin> = JSON.parse(told.toString('utf8'));
  const sdk = sdkVersion();
  if (made.sdk !== sdk)
    throw new BundleError(
      `the bundle of the workflows was made with version ${made.sdk} of the Temporal SDK, and ${sdk} is installed`,
    );
  if (made.sources !== (await digestOfSources(folder)))
    throw new BundleError('the bundle of the workflows was made from other files than the ones beside it');
  if (made.bundle !== sha256(text)) throw new BundleError('the bundle of the workflows is damaged');
  return fileURLToPath(code);
}

/** Makes the bundle of the compiled workflows, and its origin beside it. Answers where it is. */
export async function writeBundle(folder: URL = FOLDER): Promise<string> {
  const { code, origin } = places(folder);
  // What a build that breaks off leaves must not pass for its result.
  await rm(origin, { force: true });
  const { code: text } = await bundleWorkflowCode({ ...WORKFLOW_BUNDLE, logger: QUIET });
  await writeFile(code, text);
  const made: Origin = {
    sdk: sdkVersion(),
    sources: await digestOfSources(folder),
    bundle: sha256(Buffer.from(text)),
  };
  await writeFile(origin, `${JSON.stringify(made, null, 2)}\n`);
  return fileURLToPath(code);
}

function places(folder: URL): { code: URL; origin: URL } {
  return { code: new URL('workflow-bundle.cjs', folder), origin: new URL('workflow-bundle.json', folder) };
}

function sdkVersion(): string {
  const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as {
    version: string;
  };
  return version;
}

/** Of the two rooms that the bundle holds (test/architecture/bundle.test.ts). */
async function digestOfSources(folder: URL): Promise<string> {
  const hash = createHash('sha256');
  for (const room of ['domain/', 'workflows/']) {
    const below = new URL(room, folder);
    const names = (await readdir(below, { recursive: true })).filter((name) => /\.c?js$/.test(name)).sort();
    for (const name of names) hash.update(`${room}${name}\0`).update(await readFile(new URL(name, below)));
  }
  return hash.digest('hex');
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function readOrNull(file: URL): Promise<Buffer | null> {
  return readFile(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}

const ignore = () => {};
/** The bundler tells sizes and times; only what is wrong belongs into a log. */
export const QUIET = {
  log: ignore,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: console.warn,
  error: console.error,
};

/** `node dist/workflow-bundle.js` makes it; with `--check` it says whether a worker would run it. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    if (IS_SOURCE) throw new BundleError('a bundle is made of compiled files');
    if (process.argv[2] !== '--check') await writeBundle();
    console.log(await prebuiltBundle());
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
