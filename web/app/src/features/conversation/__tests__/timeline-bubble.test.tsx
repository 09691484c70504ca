import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import type { TimelineItem } from '@/shared/api/types';
import { InTest } from '@/shared/ui/in-test';
import { TimelineBubble } from '../timeline-bubble';

const item = (change: Partial<TimelineItem>): TimelineItem => ({
  id: 'm1',
  version: 1,
  kind: 'reply',
  at: '2026-11-22T10:00:00Z',
  channel: 'email',
  text: 'Здравствуйте',
  attachments: [],
  automated: false,
  suspicions: [],
  earlier: [],
  ...change,
});
const show = (change: Partial<TimelineItem>) =>
  render(
    <InTest>
      <TimelineBubble item={item(change)} row={row('r1')} />
    </InTest>,
  );

test('mail that left is sent, never delivered', () => {
  show({ delivery: { status: 'sent', at: '2026-11-22T10:00:00Z' } });
  expect(screen.getByText('отправлено')).toBeInTheDocument();
  expect(screen.getByText('почта не сообщает о доставке')).toBeInTheDocument();
  expect(screen.queryByText('доставлено')).not.toBeInTheDocument();
});

test('a failure names its reason and can be repeated', () => {
  show({ delivery: { status: 'failed', reasonCode: 'bad-address', at: '2026-11-22T10:00:00Z' } });
  expect(screen.getByText('Не доставлено: адрес не существует')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Повторить' })).toBeInTheDocument();
});

test('an unknown reason is shown as it is, not swallowed', () => {
  show({ delivery: { status: 'failed', reasonCode: 'moon-phase', at: '2026-11-22T10:00:00Z' } });
  expect(screen.getByText('Не доставлено: причина «moon-phase»')).toBeInTheDocument();
});

test('erased text says that it was erased', () => {
  show({ kind: 'inbound', text: null });
  expect(screen.getByText('Данные удалены')).toBeInTheDocument();
});

test('a form is told field by field, with its consent and why it looks like spam', () => {
  show({
    kind: 'inbound',
    channel: 'website',
    text: 'Запишите меня',
    form: [
      { name: 'name', value: 'Ольга' },
      { name: 'message', value: 'Запишите меня' },
    ],
    consent: { given: true, textVersion: '2026-03', at: '2026-11-22T10:00:00Z' },
    suspicions: ['too-fast'],
  });
  expect(screen.getByText('Имя').nextElementSibling).toHaveTextContent('Ольга');
  expect(screen.getAllByText('Запишите меня')).toHaveLength(1);
  expect(screen.getByText(/Согласие на обработку данных дано.*текст 2026-03/)).toBeInTheDocument();
  expect(screen.getByText(/быстрее, чем её можно заполнить/)).toBeInTheDocument();
});

test('a form without a field for words says each field once', () => {
  show({
    kind: 'inbound',
    channel: 'website',
    text: 'service: МРТ\nprice: 100 $&',
    form: [
      { name: 'name', value: 'Ольга' },
      { name: 'service', value: 'МРТ' },
      { name: 'price', value: '100 $&' },
    ],
  });
  expect(screen.getAllByText(/МРТ/)).toHaveLength(1);
  expect(screen.getAllByText(/100/)).toHaveLength(1);
});

test('a rewritten message says so, and its earlier words are one click away', () => {
  show({
    kind: 'inbound',
    channel: 'telegram',
    text: 'в 11',
    editedAt: '2026-11-22T10:05:00Z',
    earlier: [{ text: 'в 10', until: '2026-11-22T10:05:00Z' }],
  });
  expect(screen.queryByText('в 10')).not.toBeInTheDocument();
  fireEvent.click(screen.getByRole('button', { name: /изменено/ }));
  expect(screen.getByText('в 10')).toBeInTheDocument();
});

test('a removed message says so and keeps its words', () => {
  show({ kind: 'inbound', channel: 'max', text: 'Я передумала', removedAt: '2026-11-22T10:05:00Z' });
  expect(screen.getByText('Я передумала')).toBeInTheDocument();
  expect(screen.getByText(/Клиент удалил это сообщение/)).toBeInTheDocument();
});

test('pictures and voices are shown in place, the rest is offered for download only', () => {
  const file = (blobId: string, mediaType: string) => ({ blobId, mediaType, fileName: `${blobId}.x`, size: 2048 });
  show({
    kind: 'inbound',
    channel: 'telegram',
    text: '',
    attachments: [file('photo', 'image/jpeg'), file('voice', 'audio/ogg'), file('page', 'text/html'), file('drawing', 'image/svg+xml')],
  });
  expect(screen.getByRole('img', { name: 'photo.x' })).toHaveAttribute('src', '/api/attachments/photo?view=true');
  expect(screen.getByLabelText('voice.x')).toHaveAttribute('src', '/api/attachments/voice?view=true');
  expect(document.querySelectorAll('img, audio, video')).toHaveLength(2);
  expect(screen.getAllByRole('link', { name: /Скачать/ })).toHaveLength(4);
});

test('what was written long before it reached us says when it did', () => {
  show({ kind: 'inbound', channel: 'telegram', at: '2026-11-22T10:00:00Z', receivedAt: '2026-11-22T12:30:00Z' });
  expect(screen.getByText(/Написано .*:00, дошло .*:30/)).toBeVisible();
});
