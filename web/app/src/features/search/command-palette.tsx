'use client';
import { Modal } from '@mantine/core';
import { IconArrowRight, IconMessage, IconSearch, IconUser } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { applyRows } from '@/entities/request/store';
import { search } from '@/shared/api/endpoints';
import type { MessageFound, PatientDetails, RequestRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useNow } from '@/shared/lib/clock';
import { readablePhone } from '@/shared/lib/phone';
import { goTo, requestPath } from '@/shared/lib/route';
import { calendarDate, shortMoment } from '@/shared/lib/time';
import { useListbox } from '@/shared/lib/use-listbox';
import { ChannelIcon } from '@/shared/ui/channel-icon';
import styles from './command-palette.module.css';

export interface Command {
  id: string;
  label: string;
  run: () => void;
}

interface Choice {
  key: string;
  show: ReactNode;
  pick: () => void;
}

const TYPING_PAUSE_MS = 200;
const SHORTEST = 2;
const OF_EACH_KIND = 6;

/** Everything by its name: people, requests, messages, places of the window. */
export function CommandPalette({ commands, onClose }: { commands: Command[]; onClose: () => void }) {
  const t = useTranslations('palette');
  const [text, setText] = useState('');
  const [person, setPerson] = useState<PatientDetails | null>(null);
  const found = useFound(text, person);
  const words = text.trim().toLowerCase();

  const close = (then: () => void) => () => {
    onClose();
    then();
  };
  const open = (row: RequestRow) => close(() => goTo(requestPath(row.id)));
  const narrow = (patient: PatientDetails) => () => {
    setPerson(patient);
    setText('');
  };
  const groups: { title: string; choices: Choice[] }[] = [
    {
      title: t('people'),
      choices: person
        ? []
        : (found.data?.people ?? []).map((each) => ({ key: each.id, show: <Person patient={each} />, pick: narrow(each) })),
    },
    {
      title: t('requests'),
      choices: (found.data?.requests ?? []).map((row) => ({ key: row.id, show: <Request row={row} />, pick: open(row) })),
    },
    {
      title: t('messages'),
      choices: (found.data?.messages ?? []).map((message) => ({
        key: message.id,
        show: <Message message={message} />,
        pick: close(() => goTo(requestPath(message.requestId))),
      })),
    },
    {
      title: t('commands'),
      choices: person
        ? []
        : commands
            .filter((command) => command.label.toLowerCase().includes(words))
            .map((command) => ({ key: command.id, show: <Place label={command.label} />, pick: close(command.run) })),
    },
  ].filter((group) => group.choices.length > 0);
  const choices = groups.flatMap((group) => group.choices);
  const listbox = useListbox({ count: choices.length, onPick: (index) => choices[index]?.pick() });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words, another list: begin at its top
  useEffect(() => {
    listbox.setActive(0);
  }, [text, person]);

  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      size={640}
      yOffset="10vh"
      padding={0}
      attributes={{ content: { 'aria-label': t('title') } }}
    >
      <div className={styles.head}>
        <IconSearch size={18} aria-hidden />
        {person && (
          <span className={styles.person}>
            {person.name}
            <button type="button" onClick={() => setPerson(null)} aria-label={t('anybody')}>
              ×
            </button>
          </span>
        )}
        <input
          {...listbox.field}
          data-autofocus
          data-focus-on-frame
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Backspace' && text === '' && person) setPerson(null);
            else listbox.field.onKeyDown(event);
          }}
          maxLength={200}
          placeholder={person ? t('ofPerson') : t('placeholder')}
          aria-label={t('title')}
        />
      </div>
      <div role="listbox" {...listbox.list} aria-label={t('found')} className={styles.list} aria-busy={found.isFetching}>
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: options of a listbox are grouped by role
          <div key={group.title} role="group" aria-label={group.title}>
            <p className={styles.group} aria-hidden>
              {group.title}
            </p>
            {group.choices.map((choice) => {
              const option = listbox.option(choices.indexOf(choice));
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the field owns the keys
                // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus (aria-activedescendant)
                <div key={choice.key} role="option" {...option} className={styles.option} onClick={choice.pick}>
                  {choice.show}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <State words={words} found={found} empty={choices.length === 0} person={person} />
      <p className={styles.keys} aria-hidden>
        <kbd>↑</kbd> <kbd>↓</kbd> {t('move')} <kbd>Enter</kbd> {t('choose')} <kbd>Esc</kbd> {t('leave')}
      </p>
    </Modal>
  );
}

function useFound(text: string, person: PatientDetails | null) {
  const of = person ? (person.phones[0] ?? person.name) : '';
  const wanted = text.trim() || of;
  const [asked, setAsked] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), wanted === of ? 0 : TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [wanted, of]);
  return useQuery({
    queryKey: ['search', asked],
    queryFn: async () => {
      const answer = await search(asked, OF_EACH_KIND);
      applyRows(answer.requests);
      return answer;
    },
    enabled: asked.length >= SHORTEST,
    placeholderData: asked.length >= SHORTEST ? keepPreviousData : undefined,
    // Whoever comes to the computer next finds nothing of it.
    gcTime: 0,
    retry: false,
  });
}

function State(props: { words: string; found: ReturnType<typeof useFound>; empty: boolean; person: PatientDetails | null }) {
  const { words, found, empty, person } = props;
  const t = useTranslations('palette');
  const rooms = (found.data?.silent ?? []).map((room) => (room === 'patients' ? t('people') : t('requestsAndMessages')));
  const says = found.isError
    ? t('failed')
    : rooms.length > 0
      ? t('silent', { rooms: rooms.join(', ') })
      : found.isFetching || !empty
        ? ''
        : words.length >= SHORTEST
          ? t('nothing')
          : person
            ? t('nothingOfPerson')
            : '';
  return (
    <p role="status" className={styles.state} data-tone={found.isError || rooms.length > 0 ? 'trouble' : undefined}>
      {says}
    </p>
  );
}

function Person({ patient }: { patient: PatientDetails }) {
  const t = useTranslations('contact');
  const locale = useAppLocale();
  return (
    <>
      <IconUser size={16} aria-hidden />
      <span className={styles.main}>{patient.name}</span>
      <small>
        {[
          patient.birthOn && t('born', { date: calendarDate(patient.birthOn, locale) }),
          patient.phones[0] && readablePhone(patient.phones[0]),
        ]
          .filter(Boolean)
          .join(' · ')}
      </small>
    </>
  );
}

function Request({ row }: { row: RequestRow }) {
  const t = useTranslations();
  const locale = useAppLocale();
  const now = useNow();
  return (
    <>
      <ChannelIcon channel={row.channel} size={16} />
      <span className={styles.main}>
        {row.contact.name || row.contact.phone || row.contact.email || t('queue.unknownContact')}
        <span>{row.subject || row.preview}</span>
      </span>
      <small>
        {t('conversation.number', { number: String(row.number) })} · {t(`status.${row.status}`)} ·{' '}
        {shortMoment(row.lastContactAt, now, locale)}
      </small>
    </>
  );
}

function Message({ message }: { message: MessageFound }) {
  const t = useTranslations();
  const locale = useAppLocale();
  const now = useNow();
  return (
    <>
      <IconMessage size={16} aria-hidden />
      <span className={styles.main}>
        {message.author}
        {message.kind === 'note' && ` (${t('conversation.note')})`}
        <span>{message.excerpt}</span>
      </span>
      <small>
        {t('conversation.number', { number: String(message.number) })} · {shortMoment(message.at, now, locale)}
      </small>
    </>
  );
}

function Place({ label }: { label: string }) {
  return (
    <>
      <IconArrowRight size={16} aria-hidden />
      <span className={styles.main}>{label}</span>
    </>
  );
}
