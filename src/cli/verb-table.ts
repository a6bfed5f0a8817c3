/** The verbs as commands: their names, and what they do in the command line's own words. */
import type { Verb } from '../domain/commands.js';

export interface VerbCommand {
  name: string;
  summary: string;
  example: string;
}

export const VERB_COMMANDS: Record<Verb, VerbCommand> = {
  pause: {
    name: 'pause',
    summary: 'stop before the next step; health is still watched and may take users back',
    example: 'pause wx0123456789abcdef --reason "support reports login trouble"',
  },
  resume: {
    name: 'resume',
    summary: 'go on after a pause; the rest of the soak goes on',
    example: 'resume wx0123456789abcdef --metric js-error-rate --reason "the dashboard was wrong"',
  },
  promote: {
    name: 'promote',
    summary: 'end this soak or hold now, once health confirms; --full goes straight to 100 %',
    example: 'promote wx0123456789abcdef --expect 10 --reason "looks good"',
  },
  approve: {
    name: 'approve',
    summary: 'agree to what waits for approval',
    example: 'approve wx0123456789abcdef --as alice --key alice.pem --reason "tried it out"',
  },
  refuse: {
    name: 'refuse',
    summary: 'disagree with what waits for approval: the release pauses',
    example: 'refuse wx0123456789abcdef --as alice --key alice.pem --reason "the cart is empty"',
  },
  abort: {
    name: 'abort',
    summary: 'take users back and end the release',
    example: 'abort wx0123456789abcdef --reason "wrong template"',
  },
  rollback: {
    name: 'rollback',
    summary: 'while it bakes, or after it is closed: bring everyone to another version that WeChat lists',
    example: 'rollback wx0123456789abcdef --to 1.3.0 --reason "payments fail since yesterday" --watch',
  },
  resubmit: {
    name: 'resubmit',
    summary: 'after a rejection: submit again, with --items FILE or another --template',
    example: 'resubmit wx0123456789abcdef --items items.yaml --reason "the page was the wrong one"',
  },
  retry: {
    name: 'retry',
    summary: 'while a person must look: try the same step again',
    example: 'retry wx0123456789abcdef --reason "authorization renewed"',
  },
  giveUp: {
    name: 'give-up',
    summary: 'while a person must look: close as failed; refused while users may have the version',
    example: 'give-up wx0123456789abcdef --reason "cancelled by hand in the console"',
  },
  freeze: {
    name: 'freeze',
    summary: 'no stage begins until it is over; the way back stays open',
    example: 'freeze wx0123456789abcdef --for 2d --reason "national holiday"',
  },
  unfreeze: {
    name: 'unfreeze',
    summary: 'lift the freeze; --override lets the next stage begin in spite of freeze and window',
    example: 'unfreeze wx0123456789abcdef --reason "back in the office"',
  },
};

/** A remedy's verbs as this command line spells them: `giveUp` is `give-up` here, and adopt an option. */
export function spelled(remedy: string): string {
  return remedy
    .replaceAll('`resume` with {"adopt":true}', '`resume --adopt`')
    .replace(/`([a-zA-Z]+)`/g, (word, verb: string) =>
      Object.hasOwn(VERB_COMMANDS, verb) ? `\`${VERB_COMMANDS[verb as Verb].name}\`` : word,
    );
}
