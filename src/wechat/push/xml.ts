/**
 * The XML of pushes: one <xml> element of flat fields. It is read before anyone is known to have signed it, so it is
 * refused early: no document type, no entities, no instructions, little depth, not many elements.
 */
import { XMLParser } from 'fast-xml-parser';
import { PushError } from './fault.js';

/** Messages of users nest a little (lists of articles); nobody nests more. */
const MAX_DEPTH = 16;
/** Beginnings and ends together. A push has some twenty; reading a quarter of a megabyte of them takes long. */
const MAX_TAGS = 4_000;

// Values stay text: ids of 64 bits and appids are no numbers. Entities are not looked up, not even the usual five:
// WeChat puts whatever could need them into CDATA.
const parser = new XMLParser({
  parseTagValue: false,
  processEntities: false,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  trimValues: true,
  maxNestedTags: MAX_DEPTH,
});

/** The fields of a push that are plain text, by name. What is nested, or there twice, is not in it. */
export type PushFields = ReadonlyMap<string, string>;

/** Reads one document. @throws PushError declaration, tooComplex, notXml */
export function readXml(text: string): PushFields {
  const plain = withoutProlog(text);
  refuseEarly(plain);
  const root = childrenOf(parse(plain));
  // Names of fields are looked up in a map, so a field called __proto__ is a name like any other.
  return new Map(root.filter((field): field is [string, string] => typeof field[1] === 'string'));
}

function parse(text: string): unknown {
  try {
    return parser.parse(text, true);
  } catch (error) {
    // Its message quotes the text; only the kind of fault is passed on.
    const deep = error instanceof Error && error.message.startsWith('Maximum nested tags');
    throw new PushError(deep ? 'tooComplex' : 'notXml');
  }
}

function childrenOf(document: unknown): [string, unknown][] {
  const roots = typeof document === 'object' && document !== null ? Object.entries(document) : [];
  const [[name, root] = [undefined, undefined]] = roots;
  if (roots.length !== 1 || name !== 'xml') throw new PushError('notXml');
  if (typeof root === 'string') return [];
  if (typeof root !== 'object' || root === null || Array.isArray(root)) throw new PushError('notXml');
  return Object.entries(root);
}

/** `<?xml version="1.0"?>` may stand at the beginning, and no other instruction anywhere. */
function withoutProlog(text: string): string {
  return text.replace(/^\s{0,64}<\?xml\s[^<>?]{0,128}\?>/, '');
}

/** Refuses `<!…` but for comments and CDATA, `<?…`, and too many of anything. Looks at each character once. */
function refuseEarly(text: string): void {
  let tags = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    tags += 1;
    if (tags > MAX_TAGS) throw new PushError('tooComplex');
    if (text.startsWith('<![CDATA[', at)) at = after(text, ']]>', at + 9);
    else if (text.startsWith('<!--', at)) at = after(text, '-->', at + 4);
    else if (text[at + 1] === '!' || text[at + 1] === '?') throw new PushError('declaration');
    else at += 1;
  }
}

function after(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  if (at === -1) throw new PushError('notXml');
  return at + end.length;
}

/** One document: text in CDATA as WeChat writes it, numbers bare, fields that are null left out. */
export function writeXml(fields: Readonly<Record<string, string | number | null>>): string {
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === null ? [] : [`<${name}>${typeof value === 'number' ? value : cdata(value)}</${name}>`],
  );
  return `<xml>${lines.join('\n')}\n</xml>`;
}

/** CDATA cannot hold its own end; two sections next to each other read as one text. */
function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
