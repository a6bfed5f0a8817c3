/** What a query may leave open, to be filled in on the worker. */

/** The placeholders of a query; each stands for the plan's field of that name. */
export const PLACEHOLDERS = ['{{version}}', '{{app}}'] as const;

/** What is wrong with a query's placeholders, or nothing. */
export function placeholderFault(query: string): { message: string; remedy: string } | undefined {
  const rest = PLACEHOLDERS.reduce((text, known) => text.replaceAll(known, ''), query);
  const start = rest.indexOf('{{');
  if (start < 0) return undefined;
  const unknown = /^\{\{[^{}]*\}{0,2}/.exec(rest.slice(start, start + 40))?.[0] ?? '{{';
  return {
    message: `has the unknown placeholder ${unknown}`,
    remedy: `known are ${PLACEHOLDERS.join(' and ')}, written exactly so`,
  };
}
