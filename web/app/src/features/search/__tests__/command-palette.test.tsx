import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import { search } from '@/shared/api/endpoints';
import type { SearchAnswer } from '@/shared/api/types';
import { InTest } from '@/shared/ui/in-test';
import { CommandPalette } from '../command-palette';

vi.mock('@/shared/api/endpoints', () => ({ search: vi.fn() }));
vi.mock('@/shared/lib/route', async (original) => ({ ...(await original<typeof import('@/shared/lib/route')>()), goTo: vi.fn() }));

const { goTo } = await import('@/shared/lib/route');
const anna = { id: 'p1', name: 'Петрова Анна Сергеевна', birthOn: '1985-03-12', phones: ['+79161234567'], emails: [] };
const answer = (more: Partial<SearchAnswer> = {}): SearchAnswer => ({
  people: [anna],
  requests: [row('r1', { contact: { name: 'Анна П.' } })],
  messages: [
    {
      id: 'm1',
      requestId: 'r2',
      number: 1007,
      kind: 'note',
      at: '2026-11-22T10:00:00Z',
      author: 'Ковалёва',
      excerpt: '…про Анну Петрову…',
    },
  ],
  silent: [],
  ...more,
});

const left = vi.fn();
const ran = vi.fn();
beforeEach(() => {
  vi.mocked(search).mockResolvedValue(answer());
});
afterEach(() => vi.clearAllMocks());

const show = () =>
  render(
    <InTest>
      <CommandPalette commands={[{ id: 'quarantine', label: 'Карантин', run: ran }]} onClose={left} />
    </InTest>,
  );
const field = () => screen.getByRole('combobox');
const chosen = () => screen.getByRole('option', { selected: true });

test('what is typed is looked for once the typing pauses, by POST, and everything found can be reached with the arrows', async () => {
  show();
  await userEvent.type(field(), 'петрова');
  await screen.findByText('Петрова Анна Сергеевна');
  expect(vi.mocked(search)).toHaveBeenCalledTimes(1);
  expect(vi.mocked(search)).toHaveBeenCalledWith('петрова', 6);
  expect(chosen()).toHaveTextContent('Петрова Анна Сергеевна');
  await userEvent.keyboard('{ArrowDown}{ArrowDown}');
  expect(chosen()).toHaveTextContent('про Анну Петрову');
  expect(field()).toHaveAttribute('aria-activedescendant', chosen().id);
  await userEvent.keyboard('{Enter}');
  expect(goTo).toHaveBeenCalledWith('/requests/r2');
  expect(left).toHaveBeenCalled();
});

test('a person leads to their requests, and Backspace back to everybody', async () => {
  show();
  await userEvent.type(field(), 'петрова');
  await screen.findByText('Петрова Анна Сергеевна');
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(vi.mocked(search)).toHaveBeenLastCalledWith('+79161234567', 6));
  expect(field()).toHaveValue('');
  expect(screen.getByRole('button', { name: 'Снова искать среди всех' })).toBeInTheDocument();
  expect(chosen()).toHaveTextContent('Анна П.');
  await userEvent.keyboard('{Backspace}');
  expect(screen.queryByRole('button', { name: 'Снова искать среди всех' })).not.toBeInTheDocument();
});

test('places of the window are found by a part of their name', async () => {
  vi.mocked(search).mockResolvedValue(answer({ people: [], requests: [], messages: [] }));
  show();
  await userEvent.type(field(), 'каран');
  await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(1));
  await userEvent.keyboard('{Enter}');
  expect(ran).toHaveBeenCalled();
});

test('nothing found, a room out of reach and a server out of reach are told apart', async () => {
  vi.mocked(search).mockResolvedValue(answer({ people: [], requests: [], messages: [] }));
  show();
  fireEvent.change(field(), { target: { value: 'никто' } });
  await screen.findByText('Ничего не нашлось.');
  vi.mocked(search).mockResolvedValue(answer({ people: [], silent: ['patients'] }));
  fireEvent.change(field(), { target: { value: 'петрова' } });
  await screen.findByText(/Не отвечают: Пациенты/);
  vi.mocked(search).mockRejectedValue(new Error('no answer'));
  fireEvent.change(field(), { target: { value: 'сидорова' } });
  await screen.findByText('Сервер не ответил на поиск.');
});
