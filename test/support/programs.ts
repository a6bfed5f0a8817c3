/** Programs of the machine that tests use where they are. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The folders of PATH, in their order. */
export const PATH_FOLDERS: readonly string[] = (process.env.PATH ?? '').split(delimiter);

/** Whether there is such a file, and it may be run. */
export function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A program in PATH; null when there is none. */
export function programInPath(name: string): string | null {
  return PATH_FOLDERS.map((folder) => join(folder, name)).find(canRun) ?? null;
}
