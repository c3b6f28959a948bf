/**
 * "*вздыхает*", "(smiles)", "[clears his throat]": what a model plays instead of says.
 * Told by its words, for emphasis and remarks look the same, and to lose a word of the answer is worse than to read a gesture.
 */

/** Longer remarks are text. */
const MAX_WORDS = 5;
/** The gesture is among the first words: "тихо смеётся", "clears his throat". */
const TELLING_WORDS = 3;
const ONLY_WORDS = /^\p{L}[\p{L}' -]*$/u;

const GESTURES: ReadonlySet<string> = new Set(
  [
    'вздыхает вздыхаю вздыхая вздохнув улыбается улыбаюсь улыбаясь улыбкой улыбнувшись смеется смеюсь смеясь смех',
    'хихикает хихикая хохочет усмехается усмехаясь ухмыляется кашляет откашливается покашливает кивает кивая пауза',
    'шепотом шепчет подмигивает подмигивая задумывается задумчиво молчит плачет зевает хмурится пожимает',
    'sigh sighs sighing smile smiles smiling laugh laughs laughing laughter chuckles chuckling giggles giggling',
    'grins grinning pause pauses pausing coughs throat nods nodding whispers whispering winks winking shrugs',
    'shrugging gasps yawns sniffs sobs groans hums humming',
    'נאנח נאנחת מחייך מחייכת צוחק צוחקת לוחש לוחשת מהנהן מהנהנת משתעל משתעלת',
  ].flatMap((words) => words.split(' ')),
);

/** Whether the text between the marks is a stage direction. */
export function isStageDirection(content: string): boolean {
  const words = wordsOf(content);
  return (
    ONLY_WORDS.test(content) && words.length <= MAX_WORDS && words.slice(0, TELLING_WORDS).some(isGesture)
  );
}

/** Whether `beginning`, which breaks off anywhere, can still become a stage direction. */
export function mayBecomeStageDirection(beginning: string): boolean {
  if (beginning === '') return true;
  const whole = wordsOf(beginning).slice(0, -1);
  return (
    ONLY_WORDS.test(beginning) &&
    whole.length < MAX_WORDS &&
    (whole.length < TELLING_WORDS || whole.slice(0, TELLING_WORDS).some(isGesture))
  );
}

function isGesture(word: string): boolean {
  return GESTURES.has(word.toLowerCase().replaceAll('ё', 'е'));
}

function wordsOf(text: string): string[] {
  return text.split(/ +/);
}
