/** One release of each kind, for recording. */
import type { Scene } from './scene.js';
import { BY_ITSELF } from './scenes-alone.js';
import { DRIFTED } from './scenes-drift.js';
import { GATED } from './scenes-gated.js';
import { STEERED } from './scenes-steered.js';
import { TROUBLED } from './scenes-trouble.js';

export { ALICE } from './scene.js';

export const SCENES: Record<string, Scene> = { ...BY_ITSELF, ...STEERED, ...GATED, ...DRIFTED, ...TROUBLED };
