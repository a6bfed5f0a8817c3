/** What an error becomes on the wire: the right status, and nothing that is not for whoever asked. */
import { status } from '@grpc/grpc-js';
import { NamespaceNotFoundError, ServiceError } from '@temporalio/client';
import { expect, it } from 'vitest';
import { toProblem } from '../../src/api/problem.js';
import { ReleaseError } from '../../src/releases/errors.js';

/** As the SDK wraps it. */
function grpcError(code: number, details: string): Error {
  const cause = Object.assign(new Error(details), { code, details, metadata: {} });
  return new ServiceError('Failed', { cause });
}

it.each([
  ['a server that is away', grpcError(status.UNAVAILABLE, 'connect ECONNREFUSED 10.1.2.3:7233')],
  ['a server that has too much to do', grpcError(status.RESOURCE_EXHAUSTED, 'namespace rate limit exceeded')],
  ['a server that does not let us in', grpcError(status.PERMISSION_DENIED, 'no access to 10.1.2.3')],
  ['a namespace that is not there', new NamespaceNotFoundError('our-namespace')],
])('says 503 of %s, and not which it is', (_what, error) => {
  const problem = toProblem(error);
  expect(problem).toMatchObject({ kind: 'noTemporal', status: 503 });
  expect(JSON.stringify(problem.body('x'))).not.toMatch(/10\.1\.2\.3|our-namespace|rate limit/);
});

it('does not tell where Temporal is when there is no release', () => {
  const error = new ReleaseError(
    'noRelease',
    'there is no release of wx1 in namespace inner at 10.1.2.3:7233',
  );
  const text = JSON.stringify(toProblem(error).body('x'));
  expect(text).not.toMatch(/inner|10\.1\.2\.3|weapp-rollout (list|start)/);
});
