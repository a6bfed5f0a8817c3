/** Where a metric's values come from: two methods, one vendor a file. */
export interface QueryAnswer {
  /** The single value; null when the provider has no data for the query. */
  value: number | null;
}

export interface HealthProvider {
  /**
   * Asks for the one number that a query stands for, now.
   * @throws ProviderError when the provider cannot be asked or its answer makes no sense
   */
  query(query: string, signal: AbortSignal): Promise<QueryAnswer>;
  /** Whether the provider answers at all. @throws ProviderError */
  isOnline(signal: AbortSignal): Promise<void>;
}

/** The provider could not be asked, or what it said cannot be understood. The message carries no secret. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
}
