'use client';
import { Button, Modal, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { getExtension, setExtension } from '@/shared/api/endpoints';
import { useRefusalWords } from '@/shared/i18n/words';
import { toast } from '@/shared/ui/toast-store';

/** Which telephone is mine. */
export function ExtensionDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('call');
  const app = useTranslations('app');
  const refusal = useRefusalWords();
  const queries = useQueryClient();
  const known = useQuery({ queryKey: ['extension'], queryFn: getExtension });
  const [typed, setTyped] = useState<string | null>(null);
  const extension = typed ?? known.data?.extension ?? '';

  const save = async (event: FormEvent) => {
    event.preventDefault();
    try {
      queries.setQueryData(['extension'], await setExtension(extension));
      toast('done', t('saved'));
      onClose();
    } catch (error) {
      toast('trouble', refusal(error));
    }
  };

  return (
    <Modal opened onClose={onClose} title={t('extension')} size={420} centered closeButtonProps={{ 'aria-label': app('closeDialog') }}>
      <form onSubmit={(event) => void save(event)}>
        <TextInput
          label={t('extension')}
          description={t('extensionHint')}
          value={extension}
          onChange={(event) => setTyped(event.currentTarget.value)}
          inputMode="numeric"
          maxLength={20}
          data-autofocus
        />
        <Button type="submit" size="xs" mt="md">
          {t('save')}
        </Button>
      </form>
    </Modal>
  );
}
