/** Events are read as WeChat's documents print them, written as they are read, and XML of any other kind is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEvent, type KnownEvent, readEvent } from '../../../src/wechat/push/events.js';
import { PushError } from '../../../src/wechat/push/fault.js';
import { readXml, writeXml } from '../../../src/wechat/push/xml.js';
import { official, documents as printed } from './vectors.js';

const APP = 'wx0123456789abcdef';
/** The documents' examples. Where an appid belongs some of them have words. */
const documents = printed.map(({ source, text, event }) => ({
  source,
  text: text.replace('公众号appid', APP),
  event: 'app' in event ? { ...event, app: APP } : event,
}));

const fault = (fault: string) => expect.objectContaining({ name: 'PushError', fault });

/** Text that XML can hold. Line ends are normalised by every XML parser, so \r is left out. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((value) => /^[^\p{Cc}\uFFFE\uFFFF]+$/u.test(value));
const seconds = fc.integer({ min: 1, max: 4_000_000_000 }).map((value) => value * 1_000);
const appid = fc.stringMatching(/^wx[0-9a-f]{16}$/);
const originalId = fc.stringMatching(/^gh_[0-9a-f]{12}$/);
const common = { componentAppid: text, at: seconds };
const events: fc.Arbitrary<KnownEvent> = fc.oneof(
  fc.record({ kind: fc.constant('component_verify_ticket' as const), ...common, ticket: text }),
  fc.record({
    kind: fc.constantFrom('authorized' as const, 'updateauthorized' as const),
    ...common,
    app: appid,
    authorizationCode: text,
    authorizationCodeExpiresAt: fc.option(seconds),
    preAuthCode: fc.option(text),
  }),
  fc.record({ kind: fc.constant('unauthorized' as const), ...common, app: appid }),
  fc.record({
    kind: fc.constantFrom('weapp_audit_fail' as const, 'weapp_audit_delay' as const),
    originalId,
    from: text,
    at: seconds,
    decidedAt: seconds,
    reason: text,
    screenshots: fc.array(fc.stringMatching(/^[\w-]{1,20}$/), { maxLength: 3 }),
  }),
);

describe('an event', () => {
  it.each(documents)('is read as the documents print it: $source', ({ text: printed, event }) => {
    expect(readEvent(printed)).toEqual(event);
  });

  it('is written as it is read', () => {
    fc.assert(
      fc.property(events, (event) => {
        expect(readEvent(buildEvent(event))).toEqual(event);
      }),
    );
  });

  it('is written like the documents’: the same fields in the same order', () => {
    const fieldsOf = (xml: string) => [...xml.matchAll(/<(\w+)>/g)].map(([, name]) => name);
    for (const { text: printed } of documents) {
      const event = readEvent(printed);
      if (event.kind === 'other' || event.kind.endsWith('authorized')) continue;
      expect(fieldsOf(buildEvent(event))).toEqual(fieldsOf(printed));
    }
  });

  it('that is not for a rollout is other, with its name', () => {
    expect(readEvent(official.message)).toEqual({ kind: 'other', name: 'debug_demo' });
    expect(readEvent('<xml><MsgType>text</MsgType><Content>hi</Content></xml>')).toEqual({
      kind: 'other',
      name: 'text',
    });
    expect(readEvent('<xml><InfoType>notify_third_fasteregister</InfoType></xml>')).toMatchObject({
      kind: 'other',
    });
    // Names of properties that every object has are names like any other.
    expect(readEvent('<xml><MsgType>event</MsgType><Event>constructor</Event></xml>')).toMatchObject({
      kind: 'other',
    });
  });

  it('that lacks what it is about is refused', () => {
    for (const xml of [
      '<xml></xml>',
      '<xml><MsgType>event</MsgType></xml>',
      '<xml><InfoType>component_verify_ticket</InfoType><AppId>a</AppId><CreateTime>1</CreateTime></xml>',
      '<xml><InfoType>unauthorized</InfoType><AppId>a</AppId><CreateTime>soon</CreateTime><AuthorizerAppid>b</AuthorizerAppid></xml>',
      '<xml><MsgType>event</MsgType><Event>weapp_audit_fail</Event><CreateTime>1</CreateTime></xml>',
      // Twice is as good as not at all: nobody knows which one counts.
      '<xml><MsgType>event</MsgType><MsgType>event</MsgType><Event>weapp_audit_fail</Event></xml>',
    ])
      expect(() => readEvent(xml)).toThrow(fault('badEvent'));
  });
});

it.each(['', '../wx', 'wx 1', '公众号appid', 'wx\u00001', 'x'.repeat(65)])(
  'an event about %j is about nobody',
  (name) => {
    for (const xml of [
      `<xml><InfoType>unauthorized</InfoType><AppId>a</AppId><CreateTime>1</CreateTime><AuthorizerAppid>${name}</AuthorizerAppid></xml>`,
      `<xml><MsgType>event</MsgType><Event>weapp_audit_fail</Event><CreateTime>1</CreateTime><ToUserName>${name}</ToUserName></xml>`,
    ])
      expect(() => readEvent(xml)).toThrow(PushError);
  },
);

describe('XML', () => {
  it('keeps values as text, whether in CDATA or not', () => {
    const fields = readXml(
      '<?xml version="1.0" encoding="utf-8"?>\n<xml><id>00123456789012345678901234567890</id><a><![CDATA[ 1e3 ]]></a><b> x </b><!-- no --></xml>',
    );
    expect([...fields]).toEqual([
      ['id', '00123456789012345678901234567890'],
      ['a', ' 1e3 '],
      ['b', 'x'],
    ]);
  });

  it('leaves what is nested or there twice out', () => {
    const fields = readXml('<xml><a>1</a><a>2</a><b><c>3</c></b><d>4</d></xml>');
    expect([...fields]).toEqual([['d', '4']]);
  });

  it('lets CDATA hold anything, its own end and markup too', () => {
    const value = ']]> <!DOCTYPE a> &amp; <b>]]]]>';
    expect(readXml(writeXml({ value })).get('value')).toBe(value);
  });

  it('looks up no entities', () => {
    expect(readXml('<xml><a>&amp;&lt;&#65;&xxe;</a></xml>').get('a')).toBe('&amp;&lt;&#65;&xxe;');
  });

  it('is no way to the prototype of anything', () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      try {
        readXml(`<xml><${name}><polluted>1</polluted></${name}><${name}>2</${name}></xml>`);
      } catch (error) {
        expect(error).toBeInstanceOf(PushError);
      }
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect('polluted' in {}).toBe(false);
  });

  it.each([
    ['a document type', '<!DOCTYPE xml><xml/>'],
    ['a document type in any case', '<!doctype xml><xml/>'],
    ['an entity', '<xml><!ENTITY a "b"></xml>'],
    ['an external entity', '<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]><xml><a>&xxe;</a></xml>'],
    [
      'a billion laughs',
      `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(10)}">]><xml><a>&b;</a></xml>`,
    ],
    ['a document type behind a comment', '<!-- <![CDATA[ --><!DOCTYPE x><xml/>'],
    ['an instruction', '<xml><?php echo 1 ?></xml>'],
    ['a second prolog', '<?xml version="1.0"?><?xml version="1.0"?><xml/>'],
  ])('with %s is refused', (_what, xml) => {
    expect(() => readXml(xml)).toThrow(fault('declaration'));
  });

  it('that is too deep, or has too many elements, is refused', () => {
    expect(() => readXml(`<xml>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</xml>`)).toThrow(
      fault('tooComplex'),
    );
    expect(() => readXml(`<xml>${'<a/>'.repeat(5_000)}</xml>`)).toThrow(fault('tooComplex'));
  });

  it.each([
    ['nothing', ''],
    ['no XML', 'hello'],
    ['JSON', '{"Encrypt":"x"}'],
    ['another root', '<html></html>'],
    ['two roots', '<xml></xml><xml></xml>'],
    ['an open end', '<xml><a>'],
    ['crossed ends', '<xml><a><b></a></b></xml>'],
    ['CDATA without an end', '<xml><a><![CDATA[x</a></xml>'],
    ['a comment without an end', '<xml><!-- </xml>'],
  ])('that is %s is refused', (_what, xml) => {
    expect(() => readXml(xml)).toThrow(fault('notXml'));
  });

  it('of any kind is read or refused quickly, and refused only by a PushError', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<xml>',
        '</xml>',
        '<a>',
        '</a>',
        '<a b="',
        '"',
        '<![CDATA[',
        ']]>',
        '<!--',
        '-->',
        '<?xml ',
        '?>',
        '&amp;',
        '<',
        '>',
        '/',
        '!',
        "'",
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          readXml(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(PushError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('of the size that is let in takes no time out of proportion, whatever it repeats', () => {
    const size = 256 * 1024;
    const fill = (piece: string) => piece.repeat(Math.ceil(size / piece.length));
    const hostile = [
      '<',
      '<a',
      '<a ',
      '<a b',
      '<a b="',
      "<a b='c' ",
      '<![CDATA[',
      '<!--',
      '</a>',
      '<a/>',
      '<a></a>',
      '&',
      '&amp;',
      ' ',
      '\r\n',
      '<a b=">"/>',
      '<xml>',
      ']]>',
      '>',
    ];
    for (const piece of hostile) {
      for (const xml of [
        fill(piece),
        `<xml>${fill(piece)}</xml>`,
        `<xml><a>${fill(piece)}`,
        `<xml><a ${fill(piece)}></a></xml>`,
      ]) {
        const begin = performance.now();
        try {
          readXml(xml);
        } catch (error) {
          expect(error).toBeInstanceOf(PushError);
        }
        // It takes some ten milliseconds; what is quadratic would take minutes.
        expect(performance.now() - begin, JSON.stringify(piece)).toBeLessThan(5_000);
      }
    }
  });
});
