/** The lowest version of WeChat's base library that the Mini Program runs on. */
import { refuse } from '../state/errors.js';
import { codeOf, read, type Step } from '../state/machine.js';
import { asText, BAD } from '../state/params.js';

/** getweappsupportversion. */
export const getSupportVersion: Step = ({ app, config }) =>
  read({
    now_version: app.minimumLibrary,
    uv_info: {
      items: config.libraries.users.map(({ percentage, version }) => ({ percentage, version })),
    },
  });

/** setweappsupportversion. Only versions that exist can be set: those getweappsupportversion lists, and the one that is set. */
export const setSupportVersion: Step = ({ app, config, switches }, params) => {
  const version = asText(params.version);
  if (version === BAD) return refuse(47001);
  const known = [app.minimumLibrary, ...config.libraries.users.map((entry) => entry.version)];
  if (version === undefined || !known.includes(version))
    return refuse(codeOf(switches.unknownLibraryVersion));
  return { answer: {}, app: { ...app, minimumLibrary: version }, effect: { version } };
};
