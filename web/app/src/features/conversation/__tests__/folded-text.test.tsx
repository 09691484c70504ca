import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { InTest } from '@/shared/ui/in-test';
import { FoldedText } from '../folded-text';

const text = 'Да, приду.\n\nС уважением, Анна\n\nпн, 5 мая 2025 г. в 12:00, Клиника <info@clinic.example>:\n> Ждём вас';
const signature = { start: text.indexOf('С уважением'), length: 'С уважением, Анна'.length, kind: 'signature' as const };
const quote = { start: text.indexOf('пн,'), length: text.length - text.indexOf('пн,'), kind: 'quote' as const };

test('a quote and a signature are folded, and one click away each', () => {
  render(<FoldedText text={text} folds={[signature, quote]} />, { wrapper: InTest });
  expect(screen.getByText('Да, приду.')).toBeVisible();
  expect(screen.queryByText(/Ждём вас/)).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'показать цитату' }));
  expect(screen.getByText(/Ждём вас/)).toBeVisible();
  expect(screen.queryByText('С уважением, Анна')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'показать подпись' }));
  expect(screen.getByText('С уважением, Анна')).toBeVisible();
  fireEvent.click(screen.getByRole('button', { name: 'свернуть цитату' }));
  expect(screen.queryByText(/Ждём вас/)).toBeNull();
});

test('without folds the text is shown as it is', () => {
  render(<FoldedText text={' два\nслова '} folds={[]} />, { wrapper: InTest });
  expect(document.querySelector('p')?.textContent).toBe(' два\nслова ');
  expect(screen.queryByRole('button')).toBeNull();
});

test('an answer below the quote is shown, and the quote stays above it', () => {
  const below = '> Ждём вас?\n\nДа';
  render(<FoldedText text={below} folds={[{ start: 0, length: 11, kind: 'quote' }]} />, { wrapper: InTest });
  const button = screen.getByRole('button', { name: 'показать цитату' });
  expect(button.compareDocumentPosition(screen.getByText('Да')) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
});
