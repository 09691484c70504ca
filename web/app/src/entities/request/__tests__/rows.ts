import type { RequestRow } from '@/shared/api/types';

export const row = (id: string, change: Partial<RequestRow> = {}): RequestRow => ({
  id,
  number: 1000 + Number(id.replace(/\D/g, '')),
  rev: 1,
  status: 'new',
  channel: 'website',
  contact: { name: 'Смирнова Ольга', phone: '+79001234567' },
  subject: 'Запись',
  preview: 'Добрый день',
  unread: 0,
  suspicious: false,
  deliveryFailed: false,
  assignee: null,
  conversationId: `c-${id}`,
  replyBy: 'email',
  createdAt: '2026-11-22T10:00:00Z',
  lastContactAt: `2026-11-22T10:00:0${id.replace(/\D/g, '').slice(-1)}Z`,
  ...change,
});
