/** Flows to try the machine with: a shop, a clinic, a reminder, in three languages. */
import { flowSchema } from '../../../config/profile-flow.ts';

export const SHOP = flowSchema.parse({
  start: 'product',
  steps: {
    product: {
      ask: { ru: 'Что вы хотите заказать?', en: 'What would you like to order?', he: 'מה תרצו להזמין?' },
      slot: {
        name: 'product',
        type: 'oneOf',
        values: { pump: ['насос', 'pump', 'משאבה'], hose: ['шланг', 'hose', 'צינור'] },
      },
      next: 'count',
    },
    count: {
      ask: { ru: 'Сколько штук?', en: 'How many of them?', he: 'כמה יחידות?' },
      slot: { name: 'count', type: 'number', min: 1, max: 20 },
      next: 'phone',
    },
    phone: {
      ask: { ru: 'Ваш номер телефона?', en: 'Your phone number?', he: 'מה מספר הטלפון שלכם?' },
      slot: { name: 'phone', type: 'phone', confirm: true },
      retries: 2,
      otherwise: 'person',
      next: [{ when: 'count > 10', to: 'person' }, { to: 'order' }],
    },
    order: {
      do: { tool: 'order', arguments: { product: '{{product}}', count: '{{count}}', phone: '{{phone}}' } },
      next: [{ when: "result.order.status == 'failed'", to: 'person' }, { to: 'done' }],
    },
    person: {
      say: { ru: 'Соединяю с менеджером.', en: 'Putting you through.', he: 'מעבירה לנציג.' },
      do: { transfer: 'sales' },
    },
    done: {
      say: {
        ru: 'Заказ {{result.order.number}} принят.',
        en: 'Order {{result.order.number}} is placed.',
        he: 'הזמנה {{result.order.number}} התקבלה.',
      },
      end: 'ordered',
    },
  },
});

export const CLINIC = flowSchema.parse({
  start: 'hello',
  returnPhrases: [
    { ru: 'Вернёмся к записи.', en: 'Back to your appointment.', he: 'נחזור לתור.' },
    { ru: 'Продолжим.', en: 'Let us go on.', he: 'נמשיך.' },
  ],
  steps: {
    hello: {
      say: { ru: 'Записываем к врачу.', en: 'This is the appointment line.', he: 'קביעת תורים.' },
      next: 'day',
    },
    day: {
      ask: { ru: 'На какой день?', en: 'Which day suits you?', he: 'לאיזה יום?' },
      slot: { name: 'day', type: 'date' },
      next: 'hour',
    },
    hour: {
      ask: { ru: 'На какое время?', en: 'At what time?', he: 'באיזו שעה?' },
      slot: { name: 'hour', type: 'time', confirm: true },
      next: 'name',
    },
    name: {
      ask: { ru: 'Как вас зовут?', en: 'What is your name?', he: 'איך קוראים לכם?' },
      slot: { name: 'patient', type: 'name' },
      next: 'first',
    },
    first: {
      ask: { ru: 'Вы у нас впервые?', en: 'Is it your first visit?', he: 'זה הביקור הראשון שלכם?' },
      slot: { name: 'first', type: 'yesNo' },
      next: [{ when: "first == 'yes'", to: 'policy' }, { to: 'done' }],
    },
    policy: {
      ask: { ru: 'Номер полиса?', en: 'Your policy number?', he: 'מספר הפוליסה?' },
      slot: { name: 'policy', type: 'digits', length: 6, sensitive: true },
      otherwise: 'done',
      next: 'done',
    },
    done: {
      say: { ru: '{{patient}}, ждём вас.', en: 'See you then, {{patient}}.', he: '{{patient}}, נתראה.' },
      end: 'booked',
    },
  },
});

export const REMINDER = flowSchema.parse({
  start: 'person',
  steps: {
    person: {
      ask: {
        ru: 'Я говорю с Иваном Петровым?',
        en: 'Am I speaking with Ivan Petrov?',
        he: 'אני מדברת עם איוון פטרוב?',
      },
      slot: { name: 'isPerson', type: 'yesNo' },
      retries: 1,
      otherwise: 'sorry',
      next: [{ when: "isPerson == 'yes'", to: 'promise' }, { to: 'sorry' }],
    },
    promise: {
      say: { ru: 'У вас задолженность.', en: 'There is an unpaid bill.', he: 'יש חוב פתוח.' },
      ask: { ru: 'Сможете оплатить на этой неделе?', en: 'Can you pay this week?', he: 'תוכלו לשלם השבוע?' },
      slot: { name: 'promise', type: 'yesNo' },
      next: [{ when: "promise == 'yes'", to: 'day' }, { to: 'agent' }],
    },
    day: {
      ask: { ru: 'В какой день оплатите?', en: 'On which day will you pay?', he: 'באיזה יום תשלמו?' },
      slot: { name: 'day', type: 'date', confirm: true },
      next: 'email',
    },
    email: {
      ask: {
        ru: 'На какую почту прислать счёт?',
        en: 'Which e-mail may we send the bill to?',
        he: 'לאיזה מייל לשלוח את החשבון?',
      },
      slot: { name: 'email', type: 'email' },
      retries: 2,
      otherwise: 'thanks',
      next: 'thanks',
    },
    agent: { do: { transfer: 'agents' } },
    sorry: {
      say: { ru: 'Извините за беспокойство.', en: 'Sorry for the trouble.', he: 'סליחה על ההפרעה.' },
      end: 'wrongPerson',
    },
    thanks: {
      say: { ru: 'Спасибо, ждём {{day}}.', en: 'Thank you, until {{day}}.', he: 'תודה, עד {{day}}.' },
      end: 'promised',
    },
  },
});
