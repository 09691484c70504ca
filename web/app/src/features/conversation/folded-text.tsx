'use client';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Fold } from '@/shared/api/types';
import styles from './conversation.module.css';

/** The whole text is here; what a mail repeats of earlier ones, and its signature, is one click away. */
export function FoldedText({ text, folds }: { text: string; folds: Fold[] }) {
  const parts: { key: string; text: string; fold?: Fold }[] = [];
  let from = 0;
  for (const fold of folds) {
    parts.push({ key: `t${from}`, text: text.slice(from, fold.start).trim() });
    from = fold.start + fold.length;
    parts.push({ key: `f${fold.start}`, text: text.slice(fold.start, from), fold });
  }
  parts.push({ key: `t${from}`, text: folds.length === 0 ? text : text.slice(from).trim() });
  return parts
    .filter((part) => part.text !== '')
    .map((part) =>
      part.fold ? (
        <FoldedPart key={part.key} text={part.text} kind={part.fold.kind} />
      ) : (
        <p key={part.key} className={styles.text}>
          {part.text}
        </p>
      ),
    );
}

function FoldedPart({ text, kind }: { text: string; kind: Fold['kind'] }) {
  const t = useTranslations('conversation');
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.fold}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t(open ? `hideFold.${kind}` : `showFold.${kind}`)}
      </button>
      {open && <p>{text}</p>}
    </div>
  );
}
