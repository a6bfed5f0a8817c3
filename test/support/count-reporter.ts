import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with the names of the tests that were left out and one line: `N passed, N failed, N skipped`. */
export class CountReporter implements Reporter {
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void = (line) => process.stdout.write(`${line}\n`)) {
    this.#print = print;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    const leftOut = new Set<string>();
    for (const module of modules) {
      // A file that cannot even be loaded has no tests that could fail.
      if (module.errors().length > 0) count.failed += 1;
      // Nor does a group whose preparation failed; its tests would be told as left out.
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') count.passed += 1;
        else if (state === 'failed') count.failed += 1;
        else {
          count.skipped += 1;
          const group = test.parent.type === 'suite' ? test.parent.fullName : test.fullName;
          leftOut.add(`${module.relativeModuleId} > ${group}`);
        }
      }
    }
    for (const name of leftOut) this.#print(`left out: ${name}`);
    this.#print(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}
