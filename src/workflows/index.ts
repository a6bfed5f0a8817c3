/** The workflows that a worker runs; the bundle's entry. */
export { check } from './check.js';
export { release } from './release.js';
