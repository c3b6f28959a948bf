/**
 * What the stand-in for the model says to people who try a bot without keys: a few obvious questions to the shipped bots (config/bots)
 * in their languages, and a word about itself for everything else.
 */
import type { ReceivedMessage } from './chat.ts';
import { UNHEARD } from './unheard-speech.ts';

type Topic = readonly [asked: RegExp, answer: string];

interface Receptionist {
  readonly topics: readonly Topic[];
  readonly otherwise: string;
  /** When something was said that a recognizer's stand-in cannot understand. */
  readonly unheard: string;
}

/** The first topic that fits is taken: what is more particular stands before. */
const RUSSIAN: Receptionist = {
  topics: [
    [/достав|курьер|самовывоз/i, 'Доставка по городу бесплатная,| привезём на следующий день.|'],
    [
      /час[ыоа]|работает|открыт|закрыва|график|режим|во сколько|до скольк|выходн|суббот|воскресен/i,
      'Мы работаем с понедельника по пятницу, с девяти до восемнадцати.| В выходные отдыхаем.|',
    ],
    [
      /адрес|где|находит|добрат|проехать|метро/i,
      'Мы на Садовой улице, дом пять.| От метро пять минут пешком.|',
    ],
    [/цен|стои|сколько|прайс|дорого/i, 'Букет из семи ромашек стоит пятьсот рублей.| Оформить вам такой?|'],
    [/заказ|запис|купить|оформ/i, 'Хорошо.| Назовите, пожалуйста, своё имя и удобное время.|'],
    [
      /оператор|человек|сотрудник|менеджер|соедин/i,
      'Здесь только проба, и соединить не с кем.| На настоящей линии вас передали бы сотруднику.|',
    ],
    [
      /робот|(?<!\p{L})бот|кто ты|ты кто|кто вы|вы кто|зовут|умеешь|умеете/iu,
      'Я голосовая помощница компании «Ромашка».| Расскажу о часах работы, адресе, ценах и доставке.|',
    ],
    [/спасибо|благодар/i, 'Пожалуйста!| Что-нибудь ещё?|'],
    [/до свидан|(?<!\p{L})пока(?!\p{L})|всего добр|всего хорош/iu, 'Всего доброго, до свидания!|'],
    [
      /здравств|привет|добрый|доброе|алло/i,
      'Здравствуйте!| О чём рассказать: о часах работы, адресе, ценах или доставке?|',
    ],
  ],
  otherwise:
    'Этого я не знаю: вместо модели отвечает заглушка.| Спросите о часах работы, адресе, ценах или доставке.|',
  unheard:
    'Голос я слышу, а слов не понимаю: вместо распознавания здесь заглушка.| Напечатайте, пожалуйста, свой вопрос.|',
};

const ENGLISH: Receptionist = {
  topics: [
    [/deliver|courier|shipping|pick.?up/i, 'Delivery in town is free,| and takes until the next day.|'],
    [
      /hours|open|clos(e|ing)|when|weekend|saturday|sunday|schedule/i,
      'We are open Monday to Friday, nine to six.| At the weekend we are closed.|',
    ],
    [
      /where|address|locat|find you|get to you|directions/i,
      'We are at five Garden Street.| It is a five minute walk from the station.|',
    ],
    [/price|cost|how much|expensive/i, 'A bunch of seven daisies is ten dollars.| Would you like one?|'],
    [/order|book|buy|appointment/i, 'All right.| May I have your name, and a time that suits you?|'],
    [
      /human|person|operator|agent|somebody|someone|transfer/i,
      'This is only a trial, and nobody else is here.| On a real line you would be handed over to a person.|',
    ],
    [
      /robot|\bbot\b|who are you|your name|can you do/i,
      'I am the receptionist of Daisy.| I can tell you our hours, address, prices and delivery.|',
    ],
    [/thank/i, "You're welcome!| Anything else?|"],
    [/bye/i, 'Thank you for calling.| Goodbye!|'],
    [
      /^\W*(hello|hi|hey|good (morning|day|afternoon|evening))/i,
      'Hello!| What would you like to know: our hours, address, prices or delivery?|',
    ],
  ],
  otherwise:
    'That I do not know: a stand-in answers instead of a model.| Ask about our hours, address, prices or delivery.|',
  unheard:
    'I hear a voice but understand no words: recognition is a stand-in here.| Please type your question.|',
};

const HEBREW: Receptionist = {
  topics: [
    [/משלוח|שליח/, 'המשלוח בעיר חינם,| ומגיע למחרת.|'],
    [
      /שעות|פתוח|סגור|מתי|שבת|שישי|סוף שבוע/,
      'אנחנו פתוחים מראשון עד חמישי, מתשע עד שש.| בסוף השבוע אנחנו סגורים.|',
    ],
    [/איפה|כתובת|נמצא|להגיע/, 'אנחנו ברחוב הגן חמש.| חמש דקות הליכה מהתחנה.|'],
    [/מחיר|כמה|עולה|יקר/, 'זר של שבע חרציות עולה חמישים שקלים.| להזמין אחד?|'],
    [/להזמין|הזמנה|לקנות|תור/, 'בסדר.| מה השם שלך, ומתי נוח לך?|'],
    [/נציג|אדם|מישהו|להעביר/, 'זה רק ניסיון, ואין כאן אף אחד אחר.| בקו אמיתי היו מעבירים אותך לנציג.|'],
    [
      /רובוט|בוט|מי את|מי אתה|איך קוראים/,
      'אני פקידת הקבלה של חרצית.| אפשר לשאול על שעות, כתובת, מחירים ומשלוחים.|',
    ],
    [/תודה/, 'בבקשה!| עוד משהו?|'],
    [/להתראות|ביי/, 'תודה שהתקשרתם.| להתראות!|'],
    [/שלום|היי|בוקר טוב|ערב טוב|הלו/, 'שלום!| במה לעזור: שעות, כתובת, מחירים או משלוחים?|'],
  ],
  otherwise: 'את זה אני לא יודעת: במקום מודל עונה תחליף.| אפשר לשאול על שעות, כתובת, מחירים או משלוחים.|',
  unheard: 'אני שומעת קול אבל לא מבינה מילים: הזיהוי כאן הוא תחליף.| אפשר להקליד את השאלה.|',
};

/** A script for the chat stand-in. Answers in the language of the question, or of the bot where the question has no letters. */
export function receptionist(messages: readonly ReceivedMessage[]): string {
  const asked = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const bot = messages.find(({ role }) => role === 'system')?.content ?? '';
  const { topics, otherwise, unheard } = receptionistFor(/\p{L}/u.test(asked) ? asked : bot);
  if (Object.values(UNHEARD).some((text) => asked.includes(text))) return unheard;
  return topics.find(([pattern]) => pattern.test(asked))?.[1] ?? otherwise;
}

/** The letters that there are most of decide. */
function receptionistFor(text: string): Receptionist {
  const count = (letters: RegExp) => text.match(letters)?.length ?? 0;
  const candidates = [
    { who: RUSSIAN, letters: count(/\p{Script=Cyrillic}/gu) },
    { who: ENGLISH, letters: count(/\p{Script=Latin}/gu) },
    { who: HEBREW, letters: count(/\p{Script=Hebrew}/gu) },
  ];
  return candidates.reduce((most, one) => (one.letters > most.letters ? one : most)).who;
}
