import { describe, expect, test } from 'vitest';
import {
  type EndpointName,
  type EndpointRequest,
  endpointNames,
  endpoints,
} from '../../src/wechat/catalogue.js';
import { corrected, type Example, examples } from './examples.js';
import { APP, always, clientOf, fakeServer, TOKEN } from './fake-server.js';

const OK = '{"errcode":0,"errmsg":"ok"}';

/** A valid answer of a call, so that a request can be seen to its end. */
function someAnswer(name: EndpointName): string {
  const sample = examples.find((one) => one.endpoint === name && one.kind === 'answer');
  return sample === undefined ? OK : corrected(sample);
}

function nameOf({ endpoint }: Example): EndpointName {
  const name = endpointNames.find((one) => one === endpoint);
  if (name === undefined) throw new Error(`${endpoint} is not in the catalogue`);
  return name;
}

/** The fields a documented request has; the catalogue must accept them. */
function accepted<Name extends EndpointName>(name: Name, fields: unknown): EndpointRequest<Name> {
  return endpoints[name].request.parse(fields) as EndpointRequest<Name>;
}

/** Fields with which the call can be made: the document's sample, or none. */
function someFields(name: EndpointName): unknown {
  const sample = examples.find((one) => one.endpoint === name && one.kind === 'request');
  return sample === undefined ? {} : JSON.parse(corrected(sample));
}

const of = (kind: Example['kind']) => examples.filter((one) => one.kind === kind);

describe('requests printed in the documents', () => {
  test.each(of('request'))('$endpoint: the body of $source goes out as printed', async (example) => {
    const name = nameOf(example);
    const body: unknown = JSON.parse(corrected(example));
    const { url, seen } = await fakeServer(always(someAnswer(name)));

    await clientOf(url).client.call(name, { app: APP, params: accepted(name, body) });

    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', query: { access_token: TOKEN } });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual(body);
  });

  test.each(of('requestLine'))(
    '$endpoint: the address of $source is the one that is called',
    async (example) => {
      const name = nameOf(example);
      const printed = new URL(corrected(example).replace(/^(GET|POST) /, ''));
      const { access_token: _, ...query } = Object.fromEntries(printed.searchParams);
      const { action: _fixed, ...fields } = query;
      const { url, seen } = await fakeServer(always(someAnswer(name)));

      const params = example.method === 'POST' ? someFields(name) : fields;
      await clientOf(url).client.call(name, { app: APP, params: accepted(name, params) });

      expect(seen).toHaveLength(1);
      expect(seen[0]).toMatchObject({ method: example.method, path: printed.pathname });
      expect(seen[0]?.query).toEqual({ ...query, access_token: TOKEN });
    },
  );

  test.each(of('extJson'))('$endpoint: $source travels as a string', async (example) => {
    const ext_json = corrected(example);
    const { url, seen } = await fakeServer(always(OK));

    const params = { template_id: 0, ext_json, user_version: 'V1.0', user_desc: 'test' };
    await clientOf(url).client.call('commit', { app: APP, params });

    const sent = JSON.parse(seen[0]?.body ?? '') as { ext_json: string };
    expect(JSON.parse(sent.ext_json)).toEqual(JSON.parse(ext_json));
  });

  test.each(of('cloudRequest'))('$endpoint: $source has the fields of the HTTPS call', (example) => {
    expect(accepted(nameOf(example), JSON.parse(corrected(example)))).toEqual({});
  });
});

describe('answers printed in the documents', () => {
  test.each(of('answer'))('$endpoint: $source is understood', async (example) => {
    const name = nameOf(example);
    const text = corrected(example);
    const { url } = await fakeServer(always(text));

    const answer = await clientOf(url).client.call(name, {
      app: APP,
      params: accepted(name, someFields(name)),
    });

    expect(answer).toEqual(example.expected ?? JSON.parse(text));
  });
});

test('every call has its printed examples, except those the documents do not contain', () => {
  const without = endpointNames.filter((name) => !examples.some((one) => one.endpoint === name));
  expect(without).toEqual(['queryquota', 'getversioninfo']);
  expect(examples).toHaveLength(45);
});
