/** Russian: all that Parley knows of its words. */
import { addends, backchannels, HUNDREDS, soundSet, TENS, UP_TO_19, wordSet } from './word-tables.ts';
import type { Language, NumberWord } from './language.ts';
import { russianHandover } from './ru-handover.ts';
import { russianPartings } from './ru-partings.ts';
import { russianPrivacy } from './ru-privacy.ts';
import { russianSearch } from './ru-search.ts';
import { russianTelling } from './ru-telling.ts';

export const russian: Language = {
  tags: ['ru'],
  script: /\p{Script=Cyrillic}/u,
  words: {
    voice: 'alena',
    greeting: 'Здравствуйте! Чем могу помочь?',
    fillers: {
      question: ['Секунду.', 'Минутку.', 'Сейчас скажу.'],
      statement: ['Понятно.', 'Хорошо.', 'Да, конечно.'],
      thanks: ['Пожалуйста.', 'Не за что.', 'Рады помочь.'],
      hesitation: ['Да-да.', 'Слушаю вас.', 'Не торопитесь.'],
    },
    hold: ['Одну минуту, пожалуйста.', 'Ещё немного, я ищу ответ.', 'Оставайтесь, пожалуйста, на линии.'],
    repeat: [
      'Вас плохо слышно. Повторите, пожалуйста.',
      'Извините, не получилось разобрать. Ещё раз, пожалуйста.',
    ],
    silence: ['Вы меня слышите?', 'Алло, вы ещё на линии?'],
    goodbye: 'Спасибо за звонок. До свидания!',
    apology: 'Извините, у нас технические неполадки.',
    reconnected: 'Извините, связь прервалась. Продолжайте, пожалуйста.',
  },
  backchannels: backchannels(
    'угу ага мгм гм хм м а о у да ну так ок окей ясно понятно понял поняла хорошо верно точно',
  ),
  numbers: new Map([
    ...addends(
      UP_TO_19,
      (
        'ноль|нуль один|одна|одно|одну два|две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать ' +
        'четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать'
      ).split(' '),
    ),
    ...addends(
      TENS,
      'двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто'.split(' '),
    ),
    ...addends(
      HUNDREDS,
      'сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот'.split(' '),
    ),
    ...['тысяча', 'тысячу', 'тысячи', 'тысяч'].map((word): [string, NumberWord] => [
      word,
      { kind: 'multiplier', value: 1000 },
    ]),
  ]),
  endings: {
    hesitations: soundSet(
      'э а эм м гм хм ну типа короче значит скажем сейчас секунду секундочку минуту минутку минуточку подождите погодите',
      ['как бы', 'это самое', 'как его', 'в общем', 'то есть', 'как сказать', 'дайте подумать'],
    ),
    links: wordSet(
      'и а но или либо что чтобы если потому поскольку который которая которое которые которого которую хотя зато также например мой ' +
        'моя мое мои ваш ваша ваше самый самая плюс минус запятая точка целых не ни',
      [
        ...[
          'меня зовут',
          'мне нужно',
          'мне надо',
          'я хочу',
          'хотел бы',
          'хотела бы',
          'хотелось бы',
          'меня интересует',
        ],
        ...['и еще', 'а еще', 'так как', 'дело в том', 'по поводу'],
      ],
    ),
    prepositions: wordSet(
      'в во на с со к ко о об от до для из за по у без при про через между под над перед около после вместо кроме насчет',
    ),
    questionWords: wordSet(
      'кто что чего где куда откуда когда как какой какая какое какие сколько почему зачем чей',
    ),
    dictated: wordSet(
      'номер номера телефон телефона код карта карты счет счета инн снилс паспорт серия индекс',
    ),
    isPhoneNumber: (digits) => /^(?:[78]\d{10}|[349]\d{9})$/.test(digits),
  },
  handover: russianHandover,
  partings: russianPartings,
  privacy: russianPrivacy,
  search: russianSearch,
  telling: russianTelling,
};
