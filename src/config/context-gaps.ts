/** The gaps of what a profile says of its context, checked when it is read. A call that rings knows little: its numbers, and secrets. */
import { gapsOf } from '../base/template.ts';
import { variableIn } from './placeholders.ts';
import { likelyMeant } from './nearest-name.ts';
import type { ContextProfile } from './profile-context.ts';
import { OF_THE_CALL, textsIn } from './tool-gaps.ts';
import type { GapFault } from './tool-gaps.ts';

/** Paths from `context` on. */
export function contextGapFaults(
  { caller, knowledge }: ContextProfile,
  secrets: readonly string[],
): readonly GapFault[] {
  const { url, headers, json, body } = caller?.http ?? {};
  const texts = [
    ...textsIn({ url, headers, json, body }, ['caller', 'http']),
    ...textsIn(knowledge?.embeddings?.apiKey, ['knowledge', 'embeddings', 'apiKey']),
  ];
  return texts.flatMap(({ path, text }) =>
    gapsOf(text).flatMap(({ kind, name }) => {
      const known = kind === 'secret' ? secrets : OF_THE_CALL;
      if (known.includes(name) || (kind === 'value' && variableIn(name) !== undefined)) return [];
      if (kind === 'secret')
        return [
          {
            path,
            told: `: \${${name}} is no secret that bots may use; BOT_SECRETS names ${secrets.join(', ') || 'none'}`,
          },
        ];
      const [meant] = likelyMeant(name, known);
      const hint = meant === undefined ? `known are: ${known.join(', ')}` : `did you mean {{${meant}}}?`;
      return [{ path, told: `: {{${name}}} is not known when a call rings; ${hint}` }];
    }),
  );
}
