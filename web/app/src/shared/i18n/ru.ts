export const ru = {
  app: { name: 'Единое окно', loading: 'Загрузка…', unreachable: 'Сервер не отвечает', unreachableHint: 'Проверьте сеть. Как только связь появится, окно откроется.', retry: 'Повторить', cancel: 'Отмена', dismiss: 'Скрыть', closeDialog: 'Закрыть окно', copied: 'Скопировано' },
  nav: {
    main: 'Основная навигация', requests: 'Обращения', quarantine: 'Карантин', theme: 'Тёмная или светлая тема', language: 'English interface', help: 'Сочетания клавиш', signOut: 'Выйти',
    signedInAs: 'Вы вошли как {name}',
  },
  session: {
    title: 'Вход', subtitle: 'Единое окно обращений медицинского центра', userName: 'Имя пользователя', password: 'Пароль', code: 'Код из приложения', signIn: 'Войти', signingIn: 'Входим…',
    refused: 'Имя пользователя или пароль не подошли.', locked: 'Слишком много попыток. Подождите несколько минут и попробуйте снова.', codeRequired: 'Введите код из приложения-аутентификатора.', unreachable: 'Сервер не отвечает. Попробуйте ещё раз.',
    expired: 'Сессия закончилась', expiredHint: 'Войдите снова: страница и черновики остались на месте.', other: 'Войти под другим именем',
  },
  queue: {
    title: 'Очередь обращений', search: 'Имя, телефон, №, текст', clearSearch: 'Очистить поиск', views: 'Вид очереди', mine: 'Мои', unassigned: 'Без ответственного', open: 'Все открытые', closed: 'Закрытые',
    mineShort: 'Мои', unassignedShort: 'Ничьи', openShort: 'Открытые', closedShort: 'Закрытые',
    sort: 'Порядок', recent: 'Сначала новые', deadline: 'Сначала срочные',
    arrived: '{count, plural, one {# новое обращение} few {# новых обращения} many {# новых обращений} other {# новых обращения}}',
    count: '{count, plural, one {# обращение} few {# обращения} many {# обращений} other {# обращения}}',
    unread: '{count, plural, one {# непрочитанное} few {# непрочитанных} many {# непрочитанных} other {# непрочитанных}}', unreadMessages: '{count, plural, one {# непрочитанное сообщение} few {# непрочитанных сообщения} many {# непрочитанных сообщений} other {# непрочитанных сообщения}}',
    nobody: 'без ответственного', you: 'вы', suspicious: 'возможно спам', deliveryFailed: 'не доставлено', unknownContact: 'Имя не указано', noSubject: 'Без темы',
    emptyOpen: 'Все обращения разобраны', emptyOpenHint: 'Новое появится здесь само: с сайта или из почты.', emptyMine: 'У вас нет открытых обращений', emptyMineHint: 'Возьмите обращение из «Ничьих» клавишей T.',
    emptyUnassigned: 'Ничьих обращений нет', emptyUnassignedHint: 'У каждого есть ответственный.', emptyClosed: 'Закрытых обращений нет', emptyClosedHint: 'Здесь останутся завершённые.',
    nothingFound: 'Ничего не нашлось', nothingFoundHint: 'По запросу «{text}» в этом виде.', resetSearch: 'Сбросить поиск',
    failed: 'Не удалось загрузить обращения', failedHint: 'Попытка повторится сама.', searching: 'Ищем…', searchFailed: 'Сервер не ответил на поиск: показано только то, что уже загружено.',
  },
  due: {
    overdueMinutes: 'просрочено {minutes} мин', overdueHours: 'просрочено {hours} ч {minutes} мин', overdueDays: '{days, plural, one {просрочено # день} few {просрочено # дня} many {просрочено # дней} other {просрочено # дня}}',
    left: 'осталось {minutes} мин', until: 'ответить до {time}', snoozedUntil: 'до {time}',
    waitsMinutes: 'ждёт {minutes} мин', waitsHours: 'ждёт {hours} ч {minutes} мин', waitsDays: '{days, plural, one {ждёт # день} few {ждёт # дня} many {ждёт # дней} other {ждёт # дня}}',
  },
  channel: { website: 'Сайт', email: 'Почта', telegram: 'Telegram', chat: 'Чат', phone: 'Звонок', max: 'MAX' },
  status: { new: 'Новое', inProgress: 'В работе', waiting: 'Ждём ответа', snoozed: 'Отложено', closed: 'Закрыто' },
  outcome: { booked: 'Записан на приём', answered: 'Вопрос решён', declined: 'Отказался', unreachable: 'Не дозвонились', spam: 'Спам' },
  actions: {
    take: 'Взять', release: 'Вернуть в очередь', assign: 'Передать', snooze: 'Отложить', close: 'Закрыть', reopen: 'Открыть снова', more: 'Ещё действия',
    claimedBy: 'Обращение уже взял(а) {name}', claimed: 'Обращение уже взято', taken: 'Обращение № {number} теперь ваше', released: 'Обращение № {number} снова в общей очереди', closed: 'Обращение № {number} закрыто',
    snoozed: 'Обращение № {number} отложено до {time}', reopened: 'Обращение № {number} открыто снова', assigned: 'Обращение № {number} передано: {name}',
    failed: 'Не получилось', noAnswer: 'Сервер не ответил. Проверьте, выполнено ли действие, и повторите.', notFound: 'Обращение не найдено.', requestClosed: 'Обращение уже закрыто.', refused: 'Сервер отказал: {title}', forbidden: 'На это действие нет прав.',
    agents: 'Кому передать', agentsFailed: 'Не удалось загрузить список сотрудников', noAgents: 'Больше некому передать',
  },
  conversation: {
    title: 'Переписка', pick: 'Выберите обращение', pickHint: 'J и K — по очереди, Enter — открыть, ? — все клавиши.', number: '№ {number}', nobody: 'без ответственного', owner: 'Ответственный: {name}', you: 'вы',
    loadFailed: 'Не удалось загрузить переписку', loadFailedHint: 'Остальное окно работает.', notFound: 'Такого обращения нет', notFoundHint: 'Ссылка неверна, или обращение удалено.', forbidden: 'Нет доступа к обращению', forbiddenHint: 'Спросите руководителя смены.', toQueue: 'К очереди', empty: 'Сообщений пока нет', newBelow: 'Новое сообщение ↓',
    today: 'Сегодня', yesterday: 'Вчера', erased: 'Данные удалены', system: 'Система', contact: 'Пациент', automated: 'автоматическое сообщение', note: 'Заметка', noteOf: 'Заметка · {name}', form: 'Форма на сайте', formFields: 'Поля формы',
    consentGiven: 'Согласие на обработку данных дано {at}', consentNotGiven: 'Согласие на обработку данных не дано', consentVersion: 'текст {version}', consentAddress: 'адрес {address}',
    attachment: 'Скачать {name}, {size}', attachments: 'Вложения', sentByContact: 'Написано {at}, дошло {received}',
    viewing: '{names} сейчас смотрит', typing: '{names} сейчас отвечает',
  },
  suspicion: {
    title: 'Похоже на спам', honeypot: 'заполнено скрытое поле, которого человек не видит', tooFast: 'форма отправлена быстрее, чем её можно заполнить', rate: 'слишком много отправок с одного адреса', links: 'в тексте много ссылок',
    duplicate: 'такой же текст уже приходил', spf: 'адрес отправителя не подтверждён', origin: 'форма отправлена не с вашего сайта', other: 'признак «{code}»', stays: 'Обращение не удалено: решите сами.',
  },
  delivery: {
    sending: 'отправляется…', queued: 'в очереди на отправку', sent: 'отправлено', sentMail: 'отправлено', sentMailHint: 'почта не сообщает о доставке', sentHint: 'канал ещё не сообщил о доставке', delivered: 'доставлено', read: 'прочитано', failed: 'Не доставлено', failedTo: 'Не доставлено: {reason}', retry: 'Повторить', resent: 'отправлено повторно',
    unanswered: 'Не отправлено: сервер не ответил', refused: 'Не отправлено: {reason}', backToDraft: 'Вернуть в поле', savedNote: 'заметка сохранена', savingNote: 'сохраняется…',
  },
  reason: {
    badAddress: 'адрес не существует', mailboxFull: 'ящик получателя переполнен', rejected: 'сервер получателя отклонил письмо', tooLarge: 'сообщение слишком большое', authRefused: 'почтовый сервер не принял наш пароль; сообщите администратору', expired: 'не удалось отправить за отведённое время', other: 'причина «{code}»', unknown: 'причина неизвестна',
  },
  event: {
    opened: 'Обращение открыто', claimed: '{name} взял(а) обращение', released: '{name} вернул(а) обращение в очередь', assigned: 'Ответственный: {name}', snoozed: 'Отложено до {until}', snoozedBy: '{name}: отложено до {until}', woke: 'Срок вышел: обращение снова в очереди',
    closed: 'Закрыто: {outcome}', closedBy: '{name} закрыл(а): {outcome}', reopened: 'Открыто снова', reopenedBy: '{name} открыл(а) снова', identifiedCertain: 'Пациент определён: {name}', identifiedMaybe: 'Возможно, это пациент {name}', identifiedNone: 'Пациент в базе не найден', slaBreached: 'Срок первого ответа прошёл', somebody: 'Сотрудник',
  },
  composer: {
    mode: 'Ответ или заметка', reply: 'Ответ', note: 'Заметка', byEmail: 'Ответ письмом на {address}', byEmailUnknown: 'Ответ письмом', byTelegram: 'Ответ в Telegram: {name}', byMax: 'Ответ в MAX: {name}', byChat: 'Ответ в чат на сайте: {name}', byOther: 'Ответ: {channel}',
    noteOnly: 'Увидят только сотрудники', replyPlaceholder: 'Здравствуйте! …', notePlaceholder: 'Для коллег: пациент этого не увидит', send: 'Отправить', takeAndSend: 'Взять и отправить', saveNote: 'Сохранить заметку', replyLabel: 'Текст ответа', noteLabel: 'Текст заметки',
    impossible: 'Ответить здесь нельзя: у обращения нет адреса для ответа.', impossiblePhone: 'Ответить письменно нельзя: известен только телефон {phone}. Позвоните и запишите итог заметкой.', closed: 'Обращение закрыто. Откройте его снова, чтобы ответить.', owned: 'Ответственный — {name}', cannotReply: 'в этот канал сейчас нельзя написать',
    tooLong: 'Слишком длинно: {length} из {max} знаков',
  },
  close: { title: 'Закрыть обращение № {number}', outcome: 'Чем закончилось', reason: 'Пояснение', reasonHint: 'необязательно', submit: 'Закрыть обращение', keys: 'Клавиши 1–5 выбирают итог, Enter закрывает' },
  snooze: { title: 'Отложить обращение № {number}', hint: 'Вернётся в очередь само в назначенное время или когда пациент напишет.', hour: 'На час', threeHours: 'На три часа', tomorrow: 'До завтра, {time}', monday: 'До понедельника, {time}', custom: 'До другого времени', until: 'Дата и время', submit: 'Отложить', past: 'Это время уже прошло' },
  contact: {
    title: 'Контакт', phone: 'Телефон', email: 'Почта', copyPhone: 'Скопировать телефон', copyEmail: 'Скопировать адрес', none: 'не указан', patient: 'Пациент', certain: 'Карта найдена', certainHint: 'совпадение точное', maybeOne: 'Возможно, это', maybeMany: 'Возможно, кто-то из них', noMatch: 'В базе пациентов не найден',
    noMatchHint: 'Уточните фамилию и дату рождения.', probable: 'вероятно', possible: 'возможно', born: 'род. {date}', askFirst: 'Спросите дату рождения, прежде чем называть данные карты.', otherRequests: 'Другие открытые обращения', about: 'Об обращении', created: 'Создано', channel: 'Канал', lastContact: 'Последний контакт', trace: 'Трассировка', copyTrace: 'Скопировать номер трассировки',
    failed: 'Не удалось загрузить сведения', snoozed: 'Отложено до', outcome: 'Итог',
    reasons: { phone: 'совпал телефон', email: 'совпала почта', fullName: 'совпали фамилия, имя и отчество', surname: 'совпала фамилия', sharedPhone: 'этот телефон записан у нескольких пациентов' },
  },
  quarantine: {
    title: 'Карантин', hint: 'То, что пришло, но не удалось прочитать. Ничего не потеряно: скачайте исходник или обработайте снова.', empty: 'Карантин пуст', emptyHint: 'Всё, что приходило, удалось прочитать.', failed: 'Не удалось загрузить карантин', received: 'Пришло', channel: 'Канал', reason: 'Почему не прочитано', size: 'Размер', actions: 'Действия', raw: 'Исходник',
    rawLabel: 'Скачать исходник от {time}', replay: 'Обработать снова', replaying: 'Обрабатываем…', accepted: 'принято: обращение в очереди', duplicate: 'уже было принято раньше', quarantined: 'снова не удалось прочитать', replayFailed: 'не получилось, попробуйте ещё раз', refresh: 'Обновить', result: 'Итог',
    reasons: {
      malformed: 'повреждённые данные', malformedJson: 'повреждённый JSON', malformedMime: 'повреждённое письмо', empty: 'пустое содержимое', noContent: 'нет ни одного известного поля', noSender: 'нет отправителя', tooLarge: 'слишком большой размер', tooManyFields: 'слишком много полей', unknownForm: 'неизвестная форма', unsupportedType: 'неизвестный вид данных', badCharset: 'не удалось разобрать кодировку', failed: 'ошибка при обработке',
    },
  },
  connection: { lost: 'Связь потеряна, данные на {time}. Переподключаемся…', offline: 'Нет сети, данные на {time}. Черновики сохранены на экране.', resyncing: 'Связь вернулась, обновляем…', back: 'Обновлено', now: 'Подключиться сейчас' },
  help: {
    title: 'Сочетания клавиш', hint: 'Работают в любой раскладке, пока курсор не в поле ввода.', next: 'Следующее обращение', previous: 'Предыдущее обращение', open: 'Перейти к переписке', reply: 'Ответить', note: 'Заметка для своих', take: 'Взять себе', assign: 'Передать', snooze: 'Отложить', close: 'Закрыть', search: 'Поиск', views: 'Вид очереди', send: 'Отправить', stepOut: 'Выйти из поля', help: 'Эта подсказка',
  },
  size: { bytes: '{value, number} Б', kilobytes: '{value, number} КБ', megabytes: '{value, number} МБ' },
  notFound: { title: 'Страница не найдена', back: 'К обращениям' },

};
export type Messages = typeof ru;
