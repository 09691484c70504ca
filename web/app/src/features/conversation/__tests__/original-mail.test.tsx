import { fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { InTest } from '@/shared/ui/in-test';
import { OriginalMail } from '../original-mail';

const answer = vi.fn<(url: string) => Promise<Response>>();
const problem = (status: number, title: string) => new Response(JSON.stringify({ title }), { status });

beforeEach(() => {
  vi.stubGlobal('fetch', answer);
  URL.createObjectURL = vi.fn(() => 'blob:mail');
  URL.revokeObjectURL = vi.fn();
});
afterEach(() => vi.unstubAllGlobals());

const ask = () => {
  render(
    <InTest>
      <OriginalMail rawInputId="r1" />
    </InTest>,
  );
  const button = screen.getByRole('button', { name: 'исходное письмо' });
  expect(screen.getByRole('status')).toBeEmptyDOMElement();
  button.focus();
  fireEvent.click(button);
};

test('it is saved under the name the server gave it', async () => {
  answer.mockResolvedValue(new Response('From: a', { headers: { 'Content-Disposition': 'attachment; filename=17.eml' } }));
  const saved = new Promise<string>((resolve) => {
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      resolve(this.download);
    });
  });
  ask();
  const loading = screen.getByRole('button', { name: 'загружаем исходное письмо…' });
  expect(loading).toHaveAttribute('aria-disabled', 'true');
  fireEvent.click(loading);
  expect(await saved).toBe('17.eml');
  expect(answer).toHaveBeenCalledOnce();
  expect(answer).toHaveBeenCalledWith('/api/raw-inputs/email/r1', expect.anything());
  expect(await screen.findByRole('button', { name: 'исходное письмо' })).toHaveAttribute('aria-disabled', 'false');
});

test('kept long enough, its place says what that means', async () => {
  answer.mockResolvedValue(problem(410, 'raw-input.expired'));
  ask();
  expect(await screen.findByText(/срок его хранения прошёл. Текст и вложения остались в переписке/)).toBeVisible();
  expect(screen.queryByRole('button')).not.toBeInTheDocument();
  expect(screen.getByRole('status')).toHaveFocus();
});

test('of an erased person nothing else is told', async () => {
  answer.mockResolvedValue(problem(410, 'raw-input.erased'));
  ask();
  expect(await screen.findByText(/данные этого человека уничтожены/)).toBeVisible();
});

test('a server that is away may be asked again', async () => {
  answer.mockRejectedValue(new TypeError('network'));
  ask();
  expect(await screen.findByText(/Попробуйте ещё раз/)).toBeVisible();
  const button = screen.getByRole('button', { name: 'исходное письмо' });
  expect(button).toHaveAttribute('aria-disabled', 'false');
  expect(button).toHaveFocus();
});
