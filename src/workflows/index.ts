/** The workflows that a worker runs; the bundle's entry. */
export { check } from './check.js';
export { driver } from './driver.js';
export { testNotifications } from './notifications.js';
export { release, rollback } from './release.js';
