/**
 * Takes credentials out of a text that may quote them: a server's answer with our own request in it, an address, a library's message.
 * Knows them by their form, wherever they stand. Pure.
 */
export function withoutSecrets(text: string): string {
  return (
    text
      .replaceAll(/\/\/[^/\s@]*@/g, '//***@')
      .replaceAll(/\b(Bearer|Basic|Api-Key)\s+[\w.~+/=-]{6,}/gi, '$1 ***')
      .replaceAll(/\b((?:api_?key|password|token)=)[^&\s"']+/gi, '$1***')
      // A key by itself. Yandex: API keys, IAM and OAuth tokens; OpenAI and those who took over its form.
      .replaceAll(/(?<![a-z\d])(?:AQVN|t1\.|y[0-3]_|sk-)[\w.-]{6,}/g, '***')
  );
}
