import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import { placeCall } from '@/shared/api/endpoints';
import { NoAnswer } from '@/shared/api/http';
import { useRefusalWords } from '@/shared/i18n/words';
import { uuidv7 } from '@/shared/lib/uuid';
import { toast } from '@/shared/ui/toast-store';

/** Calls the contact of a request, by another number of theirs if one is named. A click that was not answered is repeated under the same id: nobody is rung twice. */
export function useCallBack() {
  const t = useTranslations('call');
  const refusal = useRefusalWords();
  const unanswered = useRef<{ whom: string; callId: string } | null>(null);
  return async (requestId: string, phone?: string) => {
    const whom = `${requestId} ${phone ?? ''}`;
    const callId = unanswered.current?.whom === whom ? unanswered.current.callId : uuidv7();
    unanswered.current = { whom, callId };
    try {
      await placeCall(callId, requestId, phone);
      unanswered.current = null;
      toast('done', t('calling'));
    } catch (error) {
      if (!(error instanceof NoAnswer)) unanswered.current = null;
      toast('trouble', refusal(error));
    }
  };
}
