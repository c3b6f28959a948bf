/** What scripted callers answer and ask, by language, and what scripted models say to it. */
export type Tongue = 'ru' | 'en' | 'he';

export const TAGS = { ru: 'ru-RU', en: 'en-US', he: 'he-IL' } as const;

/** By step; the ways in which it may be answered. */
export const ANSWERS: Readonly<Record<Tongue, Readonly<Record<string, readonly string[]>>>> = {
  ru: {
    product: ['насос', 'шланг, пожалуйста', 'давайте второй'],
    count: ['две', 'три штуки', '5', 'пятнадцать штук'],
    phone: [
      'восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять',
      '+7 912 345-67-89',
    ],
    day: ['завтра', 'в пятницу', 'пятого декабря', 'давайте послезавтра'],
    hour: ['половина третьего', 'в пять вечера', '15:30'],
    name: ['меня зовут Иван', 'меня зовут Мария Петрова', 'и в а н'],
    first: ['да', 'нет, спасибо', 'угу'],
    policy: ['один два три четыре пять шесть', '12 34 56'],
    person: ['да', 'да, конечно'],
    promise: ['да', 'конечно', 'давайте'],
    email: ['иван точка петров собака яндекс точка ру', 'masha@mail.ru'],
    confirm: ['да', 'да, верно', 'всё верно'],
  },
  en: {
    product: ['a pump please', 'hose', 'the second one'],
    count: ['two', 'five please', '3'],
    phone: ['two one two five five five oh one double nine', '+1 212 555 0199'],
    day: ['tomorrow', 'on friday', 'December fifth'],
    hour: ['half past two', 'five pm', 'at noon'],
    name: ['my name is John', 'my name is Ann Lee', 'jay oh aitch en'],
    first: ['yes', 'no thank you', 'yes please'],
    policy: ['one two three four five six', '12 34 56'],
    person: ['yes', 'yes, that is right'],
    promise: ['yes', 'of course', 'sure'],
    email: ['john dot smith at gmail dot com', 'john@example.com'],
    confirm: ['yes', 'that is correct', "yes that's right"],
  },
  he: {
    product: ['משאבה', 'צינור בבקשה', 'השני'],
    count: ['שתיים', 'חמש', '3'],
    phone: ['אפס חמש ארבע אחת שתיים שלוש ארבע חמש שש שבע', '054-1234567'],
    day: ['מחר', 'מחרתיים', 'חמישה בדצמבר'],
    hour: ['שתיים וחצי', 'חמש בערב', '15:30'],
    name: ['קוראים לי דני', 'קוראים לי דנה כהן'],
    first: ['כן', 'לא, תודה', 'כן, בבקשה'],
    policy: ['אחת שתיים שלוש ארבע חמש שש', '12 34 56'],
    person: ['כן', 'כן, נכון'],
    promise: ['כן', 'בטח', 'אין בעיה'],
    email: ['dani@gmail.com', 'dani נקודה cohen שטרודל גימייל נקודה קום'],
    confirm: ['כן', 'כן, נכון', 'נכון'],
  },
};

export const QUESTIONS: Readonly<Record<Tongue, readonly string[]>> = {
  ru: [
    'А сколько стоит доставка?',
    'сколько стоит доставка',
    'а у вас есть самовывоз',
    'до скольки вы работаете',
    'Подскажите, где вы находитесь?',
    'а вы работаете в субботу',
    'Это с гарантией?',
    'можно узнать адрес',
    'а как к вам проехать от метро',
    'Зачем вам это?',
    'есть ли скидки пенсионерам',
    'А если я не успею, что тогда?',
    'вы робот или человек?',
    'а кто это говорит',
    'Двенадцать штук — это дороже?',
    'а завтра вы открыты?',
  ],
  en: [
    'How much is delivery?',
    'how much is delivery',
    'do you deliver on sunday',
    'Where are you located?',
    'is there parking',
    'sorry who is this',
    'why do you need that',
    'what about a discount',
    'Are you a robot?',
    'can I pay by card',
    'Is tomorrow a holiday?',
    'Would two be cheaper?',
    'and how long does it take',
    'are you open at five',
  ],
  he: [
    'כמה עולה משלוח?',
    'כמה עולה משלוח',
    'יש לכם חניה',
    'אתם פתוחים בשבת?',
    'איפה אתם נמצאים',
    'למה אתם צריכים את זה',
    'האם יש הנחה',
    'אפשר לדעת מה הכתובת',
    'מי זה מדבר',
    'וכמה זמן זה לוקח',
    'מחר אתם פתוחים?',
    'רגע, מה זה?',
  ],
};

/** Neither an answer nor a question. */
export const ASIDES: Readonly<Record<Tongue, readonly string[]>> = {
  ru: ['ой, тут шумно', 'я сейчас за рулём', 'у меня собака лает', 'ко мне пришли'],
  en: ['it is noisy around me', 'I am driving at the moment', 'my dog is barking'],
  he: ['יש פה רעש', 'אני בנהיגה עכשיו', 'הכלב שלי נובח'],
};

export const REPLIES: Readonly<Record<Tongue, readonly string[]>> = {
  ru: [
    'Доставка стоит триста рублей.',
    'Мы работаем с девяти до шести.',
    'Мы на улице Ленина, дом пять.',
    'Да, можно и картой.',
  ],
  en: [
    'Delivery is three dollars.',
    'We are open from nine to six.',
    'We are on Main Street.',
    'You can pay by card.',
  ],
  he: ['משלוח עולה שלושים שקלים.', 'אנחנו פתוחים מתשע עד שש.', 'אנחנו ברחוב הרצל.'],
};

/** What a model is not to say. */
export const OFFENCES: Readonly<Record<Tongue, readonly string[]>> = {
  ru: [
    'А какой цвет вам нравится?',
    'Назовите ваш адрес.',
    'Чем ещё могу помочь?',
    'Ваш заказ оформлен.',
    'Перейдём к оплате.',
    'До свидания!',
  ],
  en: [
    'Which colour would you like?',
    'Please tell me your address.',
    'Anything else?',
    'Your order is placed.',
    "Let's move on.",
    'Goodbye!',
  ],
  he: [
    'איזה צבע תרצו?',
    'אנא מסרו כתובת.',
    'אפשר לעזור בעוד משהו?',
    'ההזמנה בוצעה.',
    'נעבור לתשלום.',
    'להתראות!',
  ],
};
