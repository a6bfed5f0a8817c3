/** What WeChat's documents print, and what the client makes of it. The fixtures are typed from the documents. */
import { describe, expect, test } from 'vitest';
import {
  type EndpointName,
  type EndpointRequest,
  endpointNames,
  endpoints,
} from '../../src/wechat/catalogue.js';
import type { TokenField } from '../../src/wechat/endpoint.js';
import { corrected, type Example, examples, neighbours, printedCalls } from './examples.js';
import {
  APP,
  always,
  bothTokens,
  COMPONENT_TOKEN,
  clientOf,
  failureOf,
  fakeServer,
  type SeenRequest,
  TOKEN,
} from './fake-server.js';

/** A valid answer of a call, so that a request can be seen to its end. */
function someAnswer(name: EndpointName): Parameters<typeof fakeServer>[0] {
  if (endpoints[name].answers === 'image')
    return (response) => response.setHeader('content-type', 'image/jpeg').end('a picture');
  const sample = examples.find((one) => one.endpoint === name && one.kind === 'answer');
  return always(sample === undefined ? '{"errcode":0,"errmsg":"ok"}' : corrected(sample));
}

/** The fields a documented request has; the catalogue must accept them. */
function accepted<Name extends EndpointName>(name: Name, fields: unknown): EndpointRequest<Name> {
  endpoints[name].request.parse(fields);
  return fields as EndpointRequest<Name>;
}

/** Fields with which the call can be made: the document's sample, or none. */
function someFields(name: EndpointName): unknown {
  const sample = examples.find((one) => one.endpoint === name && one.kind === 'request');
  return sample === undefined ? {} : JSON.parse(corrected(sample));
}

const of = (kind: Example['kind']) => examples.filter((one) => one.kind === kind);

/** A call of any row: the fixtures' fields are checked by the catalogue, not by the compiler. */
async function call(url: string, name: EndpointName, fields: unknown, tokenField?: TokenField) {
  const { client } = clientOf(url, bothTokens);
  const params = accepted(name, fields) as never;
  return client.call(name, { app: APP, params, ...(tokenField === undefined ? {} : { tokenField }) });
}

describe('requests printed in the documents', () => {
  test.each(of('request'))('$endpoint: the body of $source goes out as printed', async (example) => {
    const name = example.endpoint;
    const body: unknown = JSON.parse(corrected(example));
    const { url, seen } = await fakeServer(someAnswer(name));

    await call(url, name, body);

    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', query: { access_token: TOKEN } });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual(body);
  });

  test.each(of('requestLine'))(
    '$endpoint: the address of $source is the one that is called',
    async (example) => {
      const name = example.endpoint;
      const printed = new URL(corrected(example).replace(/^(GET|POST) /, ''));
      const { access_token: _, ...query } = Object.fromEntries(printed.searchParams);
      const { action: _fixed, ...fields } = query;
      const { url, seen } = await fakeServer(someAnswer(name));

      await call(url, name, example.method === 'POST' ? someFields(name) : fields);

      expect(seen).toHaveLength(1);
      expect(seen[0]).toMatchObject({ method: example.method, path: printed.pathname });
      expect(seen[0]?.query).toEqual({ ...query, access_token: TOKEN });
    },
  );

  test('get_qrcode: the page is encoded as the document prints it', async () => {
    let target = '';
    const { url } = await fakeServer((response, _request, message) => {
      target = message.url ?? '';
      response.setHeader('content-type', 'image/jpeg').end('a picture');
    });
    await call(url, 'get_qrcode', { path: 'page/index?action=1' });
    expect(target).toContain('path=page%2Findex%3Faction%3D1');
  });

  test.each(of('extJson'))('$endpoint: $source travels as a string', async (example) => {
    const ext_json = corrected(example);
    const { url, seen } = await fakeServer(always('{"errcode":0,"errmsg":"ok"}'));

    await call(url, 'commit', { template_id: 0, ext_json, user_version: 'V1.0', user_desc: 'test' });

    const sent = JSON.parse(seen[0]?.body ?? '') as { ext_json: string };
    expect(JSON.parse(sent.ext_json)).toEqual(JSON.parse(ext_json));
  });

  test.each(of('cloudRequest'))('$endpoint: $source has the fields of the HTTPS call', (example) => {
    expect(accepted(example.endpoint, JSON.parse(corrected(example)))).toEqual({});
  });

  const fields = of('tokenFields').flatMap((example) => {
    const [, names = ''] = /^\| ([^|]+) \|/.exec(corrected(example)) ?? [];
    return names.split(' / ').map((field) => ({ endpoint: example.endpoint, field }));
  });

  test.each(fields)('$endpoint: the token may be sent as $field', async ({ endpoint, field }) => {
    const row = endpoints[endpoint];
    const known = [row.tokenField, ...row.otherTokenFields].find((one) => one === field);
    const { url, seen } = await fakeServer(someAnswer(endpoint));
    await call(url, endpoint, {}, known);
    expect(seen[0]?.query).toEqual({ [field]: TOKEN });
  });
});

describe('answers printed in the documents', () => {
  test.each(of('answer'))('$endpoint: $source is understood', async (example) => {
    const name = example.endpoint;
    const text = corrected(example);
    const { url } = await fakeServer(always(text));
    expect(await call(url, name, someFields(name))).toEqual(example.expected ?? JSON.parse(text));
  });

  test.each(of('errorAnswer'))('$endpoint: $source is the failure it says', async (example) => {
    const text = corrected(example);
    const { errcode, errmsg } = JSON.parse(text) as { errcode: number; errmsg: string };
    const { url } = await fakeServer(always(text));
    const failure = await failureOf(call(url, example.endpoint, someFields(example.endpoint)));
    expect(failure).toMatchObject({ kind: 'api', code: errcode, message: errmsg });
  });

  test.each(of('imageHead'))('$endpoint: $source introduces an image', async (example) => {
    const [, ...printed] = corrected(example).split(/\n+/);
    const head = new Map(printed.map((line) => line.split(/: (.*)/) as [string, string]));
    const bytes = Buffer.alloc(Number(head.get('Content-Length')), 'jpeg');
    const { url } = await fakeServer((response) => {
      for (const [field, value] of head) response.setHeader(field, value);
      response.end(bytes);
    });
    expect(await call(url, example.endpoint, {})).toEqual({
      contentType: head.get('Content-Type'),
      base64: bytes.toString('base64'),
    });
  });
});

describe('calls beside those of the documents, in the shape of later pages', () => {
  test.each(neighbours)('$endpoint goes out and its answer is understood', async (one) => {
    const [method, address = ''] = one.line.split(' ');
    const printed = new URL(address);
    const row = endpoints[one.endpoint];
    const { url, seen } = await fakeServer(always(JSON.stringify(one.answer)));

    // Where either token will do, the page prints the one that its sample is made with.
    const ofPlatform = row.token === 'component' || address.includes('COMPONENT_ACCESS_TOKEN');
    const params = accepted(one.endpoint, one.request ?? one.fields ?? {}) as never;
    const whom = ofPlatform ? {} : { app: APP };
    const answer = await clientOf(url, bothTokens).client.call<EndpointName>(one.endpoint, {
      ...whom,
      params,
    });

    expect(answer).toMatchObject((one.expected ?? one.answer) as object);
    expect(seen[0]).toMatchObject({ method, path: printed.pathname });
    const token = ofPlatform ? COMPONENT_TOKEN : TOKEN;
    const query = [...printed.searchParams].map(([field, value]) => [field, tokenOr(value, token)]);
    expect(seen[0]?.query).toEqual(Object.fromEntries(query));
    await expectBody(row.in, seen[0], one.request);
  });

  const tokenOr = (value: string, token: string) =>
    /^(COMPONENT_)?ACCESS_TOKEN$/.test(value) ? token : value;

  async function expectBody(place: string, seen: SeenRequest | undefined, request: unknown) {
    if (place === 'body') expect(JSON.parse(seen?.body ?? '')).toEqual(request);
    if (place === 'query') expect(seen?.body).toBe('');
    if (place === 'form') expect(seen?.type).toMatch(/^multipart\/form-data; boundary=/);
  }
});

describe('the documents’ table of calls', () => {
  test.each(printedCalls)('$page: $printed is $row', ({ method, url, row, permissionSet }) => {
    const address = new URL(url);
    const { action } = Object.fromEntries(address.searchParams);
    expect(endpoints[row]).toMatchObject({
      ...{ method: method.toUpperCase(), path: address.pathname, token: 'authorizer' },
      ...(action === undefined ? {} : { fixedQuery: { action } }),
      ...(permissionSet === undefined ? {} : { permissionSet }),
    });
  });

  test('every call of the catalogue is on a page of the documents, or beside them', () => {
    const known = new Set<string>([
      ...printedCalls.map(({ row }) => row),
      ...neighbours.map((one) => one.endpoint),
    ]);
    expect(endpointNames.filter((name) => !known.has(name))).toEqual([]);
  });

  test('every call that is printed has its examples', () => {
    const without = printedCalls.filter(({ row }) => !examples.some((one) => one.endpoint === row));
    expect(without).toEqual([]);
    expect(examples).toHaveLength(70);
  });
});
