/** What stands where a token stood. */
const PLACEHOLDER = '[token]';

/** The longest piece of an answer that is kept in a failure, characters. */
const KEPT = 2_000;

/** Takes tokens out of a text, in the spellings of plain text, URLs and JSON strings. */
export function withoutTokens(text: string, tokens: readonly string[]): string {
  const spellings = tokens
    .filter((token) => token !== '')
    .flatMap((token) => [
      token,
      encodeURIComponent(token),
      new URLSearchParams([['', token]]).toString().slice(1),
      JSON.stringify(token).slice(1, -1),
    ]);
  return spellings.reduce((rest, spelling) => rest.replaceAll(spelling, PLACEHOLDER), text);
}

/**
 * Fields that hold credentials, in a query (`access_token=…`) and in JSON, also JSON within a JSON string. What JSON writes
 * without quotes is none, and stays: a line of JSON must stay one.
 */
const CREDENTIAL =
  /((?:\b|_)(?:token|secret|appsecret|pre_auth_code|authorization_code|component_verify_ticket)\\*"?\s*[=:]\s*\\*"?)(?!(?:null|true|false|-?\d+)\s*[,}\]])([^&"\\\s]+)/gi;

/** Takes out whatever stands where a credential stands: for texts that repeat somebody else's request. */
export function withoutCredentials(text: string): string {
  return text.replace(CREDENTIAL, `$1${PLACEHOLDER}`);
}

/** An answer as it may be kept: without tokens, and not longer than a person would read. */
export function keepable(answer: string, tokens: readonly string[]): string {
  const safe = withoutCredentials(withoutTokens(answer, tokens));
  return safe.length <= KEPT ? safe : `${safe.slice(0, KEPT)}… (${safe.length} characters)`;
}

/** Every text of a request that may be a credential: short ones are numbers and flags. */
export function secretsIn(fields: unknown): string[] {
  const values: unknown[] = typeof fields === 'object' && fields !== null ? Object.values(fields) : [];
  return values.filter((value) => typeof value === 'string').filter(({ length }) => length >= 8);
}
