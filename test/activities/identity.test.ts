/** The activity that a workflow asks: it answers whatever it is given, so there is nothing to try again. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { type AuthenticateInput, createIdentityActivities } from '../../src/activities/identity.js';
import { signApproval } from '../../src/identity/sign.js';
import { knowing, person, STATEMENT } from '../identity/people.js';

const alice = person();

const ask = async (input: unknown) => {
  const { authenticate } = createIdentityActivities(await knowing({ alice: [alice.publicKey] }));
  return new MockActivityEnvironment().run(authenticate, input as AuthenticateInput);
};

it('knows an approver by the signature', async () => {
  const signature = signApproval(STATEMENT, alice.privateKey);
  expect(await ask({ ...STATEMENT, signature })).toMatchObject({ ok: true });
  expect(await ask({ ...STATEMENT, signature: null })).toMatchObject({ ok: false });
});

it.each([[undefined], [null], ['approve'], [7], [[]], [{}]])('answers to %j too', async (input) => {
  expect(await ask(input)).toEqual({
    ok: false,
    why: 'what was signed cannot be told: workflowId is missing',
  });
});
