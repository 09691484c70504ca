import { expect, test } from 'vitest';
import { objectionTo } from '../files-to-send';

const file = (name: string, size = 1) => new File([new Uint8Array(size)], name);

test.each([
  [[file('памятка.pdf'), file('снимок.png')], null],
  [[file('Счёт.PDF.exe')], { word: 'forbidden', name: 'Счёт.PDF.exe' }],
  [[file('пусто.pdf', 0)], { word: 'empty', name: 'пусто.pdf' }],
  [Array.from({ length: 11 }, (_, n) => file(`${n}.pdf`)), { word: 'tooMany' }],
  [[file('a.zip', 15 * 1024 * 1024), file('b.zip', 6 * 1024 * 1024)], { word: 'tooLarge' }],
])('what the server would refuse is said before it travels', (files, objection) => expect(objectionTo(files)).toEqual(objection));
