'use client';
import { IconPaperclip } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { attachmentUrl, attachmentViewUrl } from '@/shared/api/endpoints';
import type { Attachment } from '@/shared/api/types';
import { useSizeWords } from '@/shared/i18n/words';
import styles from './conversation.module.css';

/** What a browser shows safely; the server tells the type by the content and agrees only to these. */
const PICTURES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];
const isSound = (mediaType: string) => ['audio/ogg', 'audio/mpeg', 'audio/wav'].includes(mediaType);

export function Attachments({ attachments }: { attachments: Attachment[] }) {
  const t = useTranslations('conversation');
  if (attachments.length === 0) return null;
  return (
    <ul className={styles.attachments} aria-label={t('attachments')}>
      {attachments.map((each) => (
        <li key={each.blobId}>
          <Inline attachment={each} />
          <Download attachment={each} />
        </li>
      ))}
    </ul>
  );
}

function Inline({ attachment: { blobId, fileName, mediaType } }: { attachment: Attachment }) {
  const t = useTranslations('conversation');
  const name = fileName ?? t('erased');
  const url = attachmentViewUrl(blobId);
  if (PICTURES.includes(mediaType)) {
    return (
      <a className={styles.picture} href={url} target="_blank" rel="noreferrer" aria-label={t('openPicture', { name })}>
        {/* biome-ignore lint/performance/noImgElement: a private picture of a stranger goes through no image service */}
        <img src={url} alt={name} loading="lazy" />
      </a>
    );
  }
  if (isSound(mediaType)) {
    // biome-ignore lint/a11y/useMediaCaption: nobody has written down what a patient says
    return <audio className={styles.sound} src={url} controls preload="metadata" aria-label={name} />;
  }
  if (mediaType === 'video/mp4') {
    // biome-ignore lint/a11y/useMediaCaption: nobody has written down what a patient says
    return <video className={styles.film} src={url} controls preload="metadata" aria-label={name} />;
  }
  return null;
}

function Download({ attachment: { blobId, fileName, size } }: { attachment: Attachment }) {
  const t = useTranslations('conversation');
  const words = useSizeWords();
  const name = fileName ?? t('erased');
  return (
    <a href={attachmentUrl(blobId)} download={name} aria-label={t('attachment', { name, size: words(size) })}>
      <IconPaperclip size={14} aria-hidden />
      <span>{name}</span>
      <small>{words(size)}</small>
    </a>
  );
}
