/** get_code_privacy_info: what the scan after each commit found, and when that stops an audit. */
import { refuse } from '../state/errors.js';
import { read, type Scene, type Step } from '../state/machine.js';
import type { Experience } from '../state/state.js';

/** get_code_privacy_info. */
export const getCodePrivacyInfo: Step = (scene) => {
  const { experience } = scene.app;
  if (experience === null) return refuse(86001);
  if (scene.now < experience.scannedAt) return refuse(61039);
  return read({
    without_auth_list: scene.config.privacy.withoutAuth,
    without_conf_list: undeclared(scene, experience),
  });
};

/**
 * 61040, when the code uses privacy interfaces it may not use. privacy_api_not_use helps against interfaces that
 * were merely found; what app.json or ext_json declares is used, whatever the flag says.
 */
export function complaintAboutPrivacy(
  scene: Scene,
  experience: Experience,
  notUsed: boolean,
): 61040 | undefined {
  const { withoutAuth } = scene.config.privacy;
  const declared = declaredNames(scene, experience);
  if (withoutAuth.some((name) => declared.has(plain(name)))) return 61040;
  const found = withoutAuth.length + undeclared(scene, experience).length;
  return found > 0 && !notUsed ? 61040 : undefined;
}

/** Found in the code, and declared neither by the template nor by ext_json. */
function undeclared(scene: Scene, experience: Experience): string[] {
  const declared = declaredNames(scene, experience);
  return scene.config.privacy.withoutConf.filter((name) => !declared.has(plain(name)));
}

function declaredNames({ config }: Scene, { declared }: Experience): Set<string> {
  return new Set([...config.privacy.declared, ...declared].map(plain));
}

/** requiredPrivateInfos says `getLocation` where the scan says `wx.getLocation`. */
function plain(name: string): string {
  return name.replace(/^wx\./, '');
}
