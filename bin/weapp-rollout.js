#!/usr/bin/env node
// In a checkout this runs the sources (so that an edit is never hidden behind an old build);
// the published package carries only the compiled files.
import { existsSync } from 'node:fs';

const source = new URL('../src/starter.ts', import.meta.url);
if (existsSync(source)) {
  const { register } = await import('tsx/esm/api');
  register();
  await import(source.href);
} else {
  await import(new URL('../dist/starter.js', import.meta.url).href);
}
