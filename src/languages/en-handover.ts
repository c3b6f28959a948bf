import type { HandoverWords } from './handover-table.ts';

export const englishHandover: HandoverWords = {
  failed: {
    noAnswer: 'I am sorry, nobody is answering there right now.',
    busy: 'I am sorry, the line there is busy.',
    declined: 'I am sorry, they cannot take your call right now.',
    unreachable: 'I am sorry, I cannot put you through right now.',
  },
  opening: 'Hello, this is the voice assistant. I have a caller on the line.',
  question: 'Shall I put them through?',
  again: 'Shall I put the caller through? Say yes or no, or press one or two.',
  yes: ['connect', 'connect them', 'put them through', 'put him through', 'put her through', 'go ahead'],
  no: [
    ...["don't connect", 'do not connect', "don't put", 'do not put', 'not now', 'busy', 'later'],
    ...["i can't", 'i cannot', 'call back'],
  ],
};
