/** The simulation broke off; nothing is said about the plan. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
}
