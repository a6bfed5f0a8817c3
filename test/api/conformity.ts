/** Whether what was answered is what the OpenAPI document says is answered. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

interface Asked {
  method: string;
  /** With its query. */
  path: string;
}

interface Answered {
  status: number;
  type: string;
  body: unknown;
}

interface Described {
  paths?: Record<string, Record<string, { responses?: Record<string, { content?: object }> }>>;
}

/** Answers a check of one answer; addresses and statuses that the document does not have are not its business. */
export function conformity(document: object): (asked: Asked, answered: Answered) => void {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'document');
  const { paths = {} } = document as Described;
  const patterns = Object.keys(paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return ({ method, path }, { status, type, body }) => {
    const found = patterns.find(({ pattern }) => pattern.test(path.replace(/\?.*/s, '')));
    if (found === undefined) return;
    const operation = method.toLowerCase();
    const content = paths[found.path]?.[operation]?.responses?.[status]?.content;
    if (content === undefined) return;
    const [media = ''] = type.split(';');
    expect(Object.keys(content)).toContain(media);
    const pointer = ['paths', found.path, operation, 'responses', String(status), 'content', media, 'schema']
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = ajv.getSchema(`document#/${pointer}`);
    validate?.(body);
    expect({ method, path, status, faults: validate?.errors ?? [] }).toEqual({
      method,
      path,
      status,
      faults: [],
    });
  };
}
