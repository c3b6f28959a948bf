/**
 * Words of languages in which Parley has no words of its own, as far as the end of a turn needs them: articles, prepositions, conjunctions,
 * pronouns and auxiliaries, behind which nobody ends a sentence. By the first part of the language's tag.
 */
import { wordSet } from './word-tables.ts';

export const ROMANCE_WANTING: Readonly<Record<string, ReadonlySet<string>>> = {
  es: wordSet(
    'el la los las un una unos unas de del a al en con por para sin sobre entre desde hasta y e o u pero porque que si cuando como donde aunque mi tu su ' +
      'mis tus sus nuestro nuestra este esta estos estas ese esa yo tú usted ustedes ellos me te se le les lo nos es son está están era fue hay ha han he ' +
      'tengo tiene tienen quiero quisiera puedo puede pueden necesito quería muy más menos tan ya también solo entonces pues eh bueno llamo',
  ),
  fr: wordSet(
    'le la les un une des de du d à au aux en avec pour par sans sur sous entre depuis dans chez vers et ou mais parce que qu si quand comme où car mon ma mes ' +
      "ton ta tes son sa ses notre nos votre vos leur leurs ce cet cette ces je tu il elle on nous vous ils elles me te se y est sont était a ont ai avez j'ai " +
      "c'est veux voudrais peux pouvez peut faut très plus moins aussi déjà encore alors donc euh ben bon j'aimerais qu'il qu'elle appelle",
  ),
  it: wordSet(
    'il lo la i gli le un uno una di del dello della dei degli delle a al allo alla ai agli alle da dal dalla dai in nel nella nei con su sul sulla per tra ' +
      'fra senza e o ma perché che se quando come dove anche mio mia miei mie tuo tua suo sua nostro nostra vostro vostra questo questa questi queste quel ' +
      'quello quella io tu lui lei noi voi loro mi ti si ci vi è sono era ho ha hanno avete vorrei voglio posso può possono devo molto più meno già ancora ' +
      'allora quindi ehm beh chiamo',
  ),
};
