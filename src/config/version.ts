/** The product's version, as its package says. */
import { readFileSync } from 'node:fs';

/** Such as `0.2.0`; `unknown` when the package was taken apart. */
export function productVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return 'unknown';
  return String(manifest.version);
}
