/** Bodies that carry a file. */
import type { Params, Upload } from '../state/machine.js';
import type { WireRequest } from './wire.js';

/** The fields and files of a multipart body by name, or undefined when it is none. */
export async function formOf({ type, body }: WireRequest): Promise<Params | undefined> {
  try {
    const form = await new Response(body, { headers: { 'content-type': type } }).formData();
    const fields = await Promise.all(
      [...form].map(async ([name, value]) => [name, typeof value === 'string' ? value : await upload(value)]),
    );
    return Object.fromEntries(fields) as Params;
  } catch {
    return undefined;
  }
}

async function upload(file: File): Promise<Upload> {
  return { filename: file.name, type: file.type, bytes: new Uint8Array(await file.arrayBuffer()) };
}
