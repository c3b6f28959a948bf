/** The words alone, whoever has written them down: `кто-то`, `don't` and `3,5` stay as they are. */
export function withoutPunctuation(text: string): string {
  return text
    .replaceAll(/(?<![\p{L}\p{N}])\p{P}+|\p{P}+(?![\p{L}\p{N}])/gu, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
}
