/** Makes WeChat's words readable: the reasons of an audit arrive as HTML (`1:…<br>2:…&nbsp;`). */

const ENTITIES: Record<string, string> = { nbsp: ' ', amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** The text without tags, on one line. What is left may still hold `<`: it is to be escaped like any other text. */
export function readable(text: string): string {
  return text
    .replace(/<(?:br|\/?p|\/?div|\/?span)\b[^<>]*>/gi, ' ')
    .replace(/&(nbsp|amp|lt|gt|quot|#39);/g, (_whole, name: string) => ENTITIES[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}
