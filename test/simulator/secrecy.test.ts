/** No credential is ever shown. */
import { describe, expect, it } from 'vitest';
import { viewOfApp, viewOfWorld } from '../../src/simulator/control/views.js';
import { APP, OTHER, SECOND } from './helpers.js';
import { openPlatforms, PLATFORM, platformWorld, REFRESH, SECRET, TICKET } from './platform-helpers.js';

const OF_PLATFORM = { component_appid: PLATFORM };

describe('no credential', () => {
  it('is in the ledger, however it was sent', async () => {
    const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
    const { url, simulation, call, componentToken, refresh, pass, now } = await openPlatforms(
      platformWorld(
        {
          switches: { rotateRefreshToken: 'onRefresh' },
          components: {
            [PLATFORM]: {
              secret: SECRET,
              ticket: TICKET,
              messageToken: 'push-token-0001',
              encodingAesKey: aesKey,
            },
          },
        },
        { token: 'token-of-the-world' },
      ),
    );
    const { platforms, ledger } = simulation;
    const component = await componentToken();
    const { token, refreshToken } = await refresh(component);
    const { pre_auth_code: begun } = await call('api_create_preauthcode', OF_PLATFORM, { token: component });
    const authorization = platforms.authorize(OTHER, now(), [18]);
    const fields = { ...OF_PLATFORM, authorization_code: authorization?.authorizationCode };
    await call('api_query_auth', fields, { token: component });
    const { ticket } = platforms.issueTicket(PLATFORM, now());
    const credentials = [
      ...[SECRET, TICKET, REFRESH, aesKey, 'push-token-0001', 'token-of-the-world'],
      ...[component, token, refreshToken, String(begun), authorization?.authorizationCode ?? '', ticket],
    ];
    // In fields of any name, in keys, in sentences, in a path, in the query, encoded or not.
    for (const credential of credentials) {
      const where = encodeURIComponent(credential);
      const body = JSON.stringify({
        note: `see ${credential}.`,
        [credential]: 1,
        deep: [{ a: `x=${credential}` }],
      });
      const sent = { token, query: { q: credential, r: `"${credential}",` }, raw: body };
      await call('commit', {}, sent);
      await fetch(`${url}/wxa/${where}?access_token=${where}`, { method: 'POST', body });
      await call(
        'api_authorizer_token',
        { ...OF_PLATFORM, authorizer_refresh_token: credential },
        { token: component },
      );
    }
    platforms.unauthorize(OTHER, now());
    pass(SECOND);
    const scene = simulation.scene(APP);
    const shown = [ledger.view(), viewOfWorld(simulation), scene && viewOfApp(simulation, scene)];
    const seen = JSON.stringify(shown);
    for (const credential of credentials) {
      expect(seen.includes(credential), credential.slice(0, 20)).toBe(false);
      const bare = credential.split('@@@').at(-1) ?? '';
      expect(seen.includes(bare), credential.slice(0, 20)).toBe(false);
    }
    expect(ledger.view().requests.length).toBeGreaterThan(30);
  });
});
