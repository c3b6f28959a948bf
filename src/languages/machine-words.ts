/** What only answering machines and networks say to whoever calls. Pure. */
import type { KnownLanguage } from './registry.ts';
import { wordsOf } from './words.ts';

/** As `wordsOf` gives them, apart by spaces. Whatever a person might say when answering is none of them. */
const PHRASES: Readonly<Record<KnownLanguage, readonly string[]>> = {
  ru: [
    ...['оставьте сообщение', 'оставьте ваше сообщение', 'оставьте свое сообщение', 'оставить сообщение'],
    ...['после сигнала', 'после гудка', 'после звукового сигнала', 'автоответчик', 'голосовая почта'],
    ...['абонент недоступен', 'абонент временно недоступен', 'абонент не отвечает', 'аппарат абонента'],
    ...[
      'вне зоны действия',
      'вызываемый абонент',
      'номер не обслуживается',
      'не могу ответить на ваш звонок',
    ],
  ],
  en: [
    ...[
      'leave a message',
      'leave your message',
      'leave me a message',
      'leave your name',
      'record your message',
    ],
    ...[
      'after the tone',
      'after the beep',
      'at the tone',
      'the person you are calling',
      'voicemail',
      'voice mail',
    ],
    ...[
      'is not available',
      "can't come to the phone",
      'cannot come to the phone',
      'the number you have dialed',
    ],
    ...['the number you have dialled', 'the subscriber you', 'answering machine'],
  ],
  he: [
    ...['השאירו הודעה', 'אנא השאירו', 'נא להשאיר הודעה', 'להשאיר הודעה', 'לאחר הצליל', 'אחרי הצליל'],
    ...['לאחר הישמע הצליל', 'תא קולי', 'המנוי אינו זמין', 'המנוי שאליו', 'אינו זמין כעת'],
  ],
};

/** The phrase by which a machine gives itself away, in whichever language; nothing where a person may have said it. */
export function machinePhraseIn(text: string): string | undefined {
  const said = ` ${wordsOf(text).join(' ')} `;
  return Object.values(PHRASES)
    .flat()
    .find((phrase) => said.includes(` ${phrase} `));
}
