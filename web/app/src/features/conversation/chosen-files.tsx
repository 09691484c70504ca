'use client';
import { ActionIcon, FileButton } from '@mantine/core';
import { IconPaperclip, IconX } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useSizeWords } from '@/shared/i18n/words';
import styles from './conversation.module.css';
import { setDraftFiles, useDraftFiles } from './drafts';
import { LARGEST_BYTES, MOST_FILES, type Objection, objectionTo } from './files-to-send';

/** The files of a reply that is being written. */
export function useChosenFiles(requestId: string) {
  const files = useDraftFiles(requestId);
  const [objection, setObjection] = useState<Objection | null>(null);
  return {
    files,
    objection,
    add(more: readonly File[]) {
      if (more.length === 0) return;
      const all = [...files, ...more];
      const against = objectionTo(all);
      setObjection(against);
      if (!against) setDraftFiles(requestId, all);
    },
    remove(file: File) {
      setObjection(null);
      setDraftFiles(
        requestId,
        files.filter((other) => other !== file),
      );
    },
  };
}

type Chosen = ReturnType<typeof useChosenFiles>;

export function AttachButton({ chosen }: { chosen: Chosen }) {
  const t = useTranslations('composer');
  const reset = useRef<() => void>(null);
  return (
    <FileButton
      multiple
      resetRef={reset}
      onChange={(files) => {
        chosen.add(files);
        // The same file may be chosen again after it was removed.
        reset.current?.();
      }}
    >
      {(props) => (
        <ActionIcon {...props} variant="default" size={30} className={styles.attach} aria-label={t('attach')} title={t('attachHint')}>
          <IconPaperclip size={16} aria-hidden />
        </ActionIcon>
      )}
    </FileButton>
  );
}

export function ChosenFiles({ chosen: { files, objection, remove } }: { chosen: Chosen }) {
  const t = useTranslations('composer');
  const words = useSizeWords();
  const values = { name: objection && 'name' in objection ? objection.name : '', count: MOST_FILES, size: words(LARGEST_BYTES) };
  return (
    <>
      {files.length > 0 && (
        <ul className={styles.chosen} aria-label={t('chosenFiles')}>
          {files.map((file, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name, and rows keep no state
            <li key={`${file.name}-${index}`}>
              <span>{file.name}</span>
              <small>{words(file.size)}</small>
              <button type="button" aria-label={t('removeFile', { name: file.name })} onClick={() => remove(file)}>
                <IconX size={14} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      {objection && (
        <p className={styles.objection} role="alert">
          {t(`objection.${objection.word}`, values)}
        </p>
      )}
    </>
  );
}
