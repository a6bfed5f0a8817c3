/** The workflows that a worker runs; the bundle's entry. */
export { check } from './check.js';
export { release, rollback } from './release.js';
