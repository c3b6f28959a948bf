/** English words as they are searched for: `deliveries` and `delivery` are `deliveri`. */
import snowball from 'snowball-stemmers';
import type { SearchTable } from './search-table.ts';
import { wordSet } from './word-tables.ts';

const stemmer = snowball.newStemmer('english');

export const englishSearch: SearchTable = {
  stopWords: wordSet(
    'a an the and or but if so of in on at to for from by with without about as into than then there here it its is are was were be been ' +
      'am do does did done have has had can could will would shall should may might must not no yes i you he she we they me him us them my your his her our their mine yours ' +
      'this that these those what which who whom whose when where why how just only also too very really well oh okay ok um uh er hmm like ' +
      "i'm i'd i'll i've it's what's that's you're we're there's don't doesn't can't isn't let's " +
      'tell say please thanks thank hello hi hey sorry excuse want wanted need know wondering wonder ask question any some much many get got',
  ),
  stems: (word) => [stemmer.stem(word.replace(/'s?$/, ''))],
};
