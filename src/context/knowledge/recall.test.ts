import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import { buildIndex } from './build-index.ts';
import { readIndex } from './index-file.ts';
import { LoadedIndex } from './loaded-index.ts';

/** By folder: what a caller says, the file and the end of the headings under which it is answered. */
const QUESTIONS: Readonly<
  Record<string, readonly (readonly [said: string, file: string, heading: string])[]>
> = {
  shop: [
    ['а сколько у вас стоит доставка в Подольск?', 'dostavka.md', 'Московская область'],
    ['ну а по москве вы как привозите', 'dostavka.md', 'Москва'],
    ['а в Новосибирск отправляете транспортной?', 'dostavka.md', 'Регионы'],
    ['скажите откуда можно самому забрать заказ', 'dostavka.md', 'Самовывоз'],
    ['а на пятый этаж поднимете без лифта', 'dostavka.md', 'Подъём и занос'],
    ['во сколько курьер приедет', 'dostavka.md', 'Время приезда курьера'],
    ['можно картой курьеру заплатить?', 'oplata.html', 'Наличные и карта'],
    ['а рассрочка у вас есть', 'oplata.html', 'Рассрочка'],
    ['мы организация нам бы счёт с эн дэ эс', 'oplata.html', 'Безналичный расчёт для организаций'],
    ['у меня промокод, скидку сделаете?', 'oplata.html', 'Скидки и промокоды'],
    ['если не подойдёт смогу ли я вернуть товар', 'vozvrat.md', 'Возврат исправного товара'],
    ['у меня насос сломался что делать', 'vozvrat.md', 'Брак и поломка'],
    ['какая гарантия на насосную станцию', 'vozvrat.md', 'Гарантийный срок'],
    ['ээ мне нужен насос для скважины шестьдесят метров', 'nasosy.md', 'Погружной насос для скважины'],
    ['подвал затопило чем откачать воду', 'nasosy.md', 'Дренажный насос'],
    ['сколько стоит родник тридцать', 'nasosy.md', 'Цены'],
    ['а мастер его установит?', 'nasosy.md', 'Монтаж и установка'],
    ['в новогодние праздники работаете?', 'kontakty.txt', ''],
    ['hi um do you ship to Kazakhstan?', 'abroad.md', 'Shipping outside Russia'],
    ['is there anybody who speaks English there', 'abroad.md', 'English-speaking manager'],
  ],
  clinic: [
    ['хочу записаться к врачу как это сделать', 'priem.md', 'Как записаться'],
    ['вы по воскресеньям открыты?', 'priem.md', 'Часы работы'],
    ['мне надо отменить запись', 'priem.md', 'Отмена и перенос'],
    ['а какие документы взять для ребёнка', 'priem.md', 'Что взять с собой'],
    ['сколько стоит кардиолог', 'ceny.md', 'Консультации'],
    ['можно вызвать педиатра на дом', 'ceny.md', 'Вызов врача на дом'],
    ['вы по дмс принимаете', 'ceny.md', 'Полис ДМС'],
    ['кровь натощак сдавать?', 'podgotovka.md', 'Анализ крови'],
    ['мне на узи завтра что нельзя есть', 'podgotovka.md', 'УЗИ живота'],
    ['как к вам проехать от метро и где припарковаться', 'adres.txt', ''],
    ['מתי המרפאה פתוחה בשישי?', 'hebrew.md', 'שעות פתיחה'],
    ['יש לכם רופאת ילדים שמדברת עברית', 'hebrew.md', 'רופאים דוברי עברית'],
    ['אני רוצה לבטל את התור שלי', 'hebrew.md', 'ביטול תור'],
    ['צריך להיות בצום לבדיקת הדם?', 'hebrew.md', 'בדיקות דם'],
    ['כמה עולה הביקור אצל הרופא', 'hebrew.md', 'מחירים'],
    ['והחניה אצלכם בתשלום?', 'hebrew.md', 'חניה והגעה'],
  ],
  'bank-reminder': [
    ['а как мне оплатить', 'pravila.md', 'Как заплатить'],
    ['какие пени если просрочу', 'pravila.md', 'Просрочка и пеня'],
    ['меня уволили можно каникулы какие нибудь', 'pravila.md', 'Отсрочка и кредитные каникулы'],
    ['так я же уже заплатил вчера', 'pravila.md', 'Клиент говорит, что уже заплатил'],
    ['не звоните мне больше', 'pravila.md', 'Клиент просит не звонить'],
    ['а если досрочно погашу всё', 'pravila.md', 'Досрочное погашение'],
    ['где номер договора посмотреть', 'otdeleniya.txt', ''],
    ['how can I pay it', 'english.md', 'Ways to pay'],
    ["what's the fee if I'm late", 'english.md', 'Late fee'],
    ['I lost my job, can I get a payment holiday?', 'english.md', 'Payment holiday'],
  ],
};

const TOP = 4;
const FEWEST_FOUND = 0.9;

async function example(folder: string): Promise<LoadedIndex> {
  const path = join(mkdtempSync(join(tmpdir(), 'parley-recall-')), 'index');
  const { bad } = await buildIndex({ dir: join(projectRoot(), 'examples/bots/knowledge', folder), path });
  expect(bad).toEqual([]);
  const kept = await readIndex(path);
  if (kept === undefined) throw new Error('no index was written');
  return LoadedIndex.load(kept);
}

describe('what callers ask', () => {
  it(`is found among the first ${TOP} passages of the shipped documents nine times of ten, in each language`, async () => {
    const missed: string[] = [];
    const asked = { ru: 0, en: 0, he: 0 };
    const missedIn = { ru: 0, en: 0, he: 0 };
    for (const [folder, questions] of Object.entries(QUESTIONS)) {
      const index = await example(folder);
      for (const [said, file, heading] of questions) {
        const language = /[а-я]/i.test(said) ? 'ru' : /[א-ת]/.test(said) ? 'he' : 'en';
        const found = index.find(said, { most: TOP });
        const at = found.findIndex((each) => each.file === file && (each.headings.at(-1) ?? '') === heading);
        asked[language]++;
        if (at >= 0) continue;
        missedIn[language]++;
        missed.push(
          `${said} → ${found.map((each) => `${each.headings.at(-1) ?? each.file} ${each.score.toFixed(1)}`).join(' | ')}`,
        );
      }
    }
    const all = asked.ru + asked.en + asked.he;
    expect(all).toBeGreaterThanOrEqual(40);
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(all * (1 - FEWEST_FOUND));
    for (const language of ['ru', 'en', 'he'] as const)
      expect(missedIn[language], `${language}: ${missed.join('\n')}`).toBeLessThanOrEqual(
        Math.ceil(asked[language] * (1 - FEWEST_FOUND)),
      );
  });
});
