/** A document of TwiML as its verbs (twilio.com/docs/voice/twiml). */
import { Parser } from 'htmlparser2';

export interface Verb {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly nouns: readonly Verb[];
}

/** The longest name and value of a `<Parameter>` together are shorter than this. */
const PARAMETER_CHARACTERS = 500;

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
  readonly nouns: Open[];
}

/** Throws what Twilio would call an invalid document (12100) or an invalid noun, in words. */
export function verbsOf(document: string): readonly Verb[] {
  const root: Open = { name: '', attributes: {}, text: '', nouns: [] };
  const open: Open[] = [root];
  let closed = true;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const verb: Open = { name, attributes, text: '', nouns: [] };
        open.at(-1)?.nouns.push(verb);
        open.push(verb);
      },
      ontext(text) {
        const verb = open.at(-1);
        if (verb) verb.text += text;
      },
      onclosetag(_name, isImplied) {
        // An empty element closes itself.
        if (isImplied && (open.at(-1)?.nouns.length ?? 0) > 0) closed = false;
        open.pop();
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(document);
  const [response] = root.nouns;
  if (root.nouns.length !== 1 || root.text.trim() !== '' || response?.name !== 'Response' || !closed)
    throw new Error(`no document of TwiML: ${document.slice(0, 100)}`);
  for (const verb of response.nouns) checkParameters(verb);
  return response.nouns;
}

function checkParameters({ name, attributes, nouns }: Verb): void {
  const { name: key = '', value = '' } = attributes;
  if (name === 'Parameter' && key.length + value.length >= PARAMETER_CHARACTERS)
    throw new Error(`the parameter ${key} is too long`);
  for (const noun of nouns) checkParameters(noun);
}
