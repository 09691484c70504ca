import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { getLocations, getPractitioners, getSlots, getSpecialties } from '@/shared/api/endpoints';

const TYPING_PAUSE_MS = 250;
/** The lists of doctors and branches change rarely. */
const DIRECTORY_AGE_MS = 10 * 60_000;
/** Slots go by themselves when their time passes, and others book. */
const SLOTS_AGE_MS = 60_000;
/** A choice, not a list. */
const MOST_SHOWN = 5;

export interface SlotFilter {
  specialty: string;
  practitioner: string;
  location: string;
}
export const anySlot: SlotFilter = { specialty: '', practitioner: '', location: '' };

export function useSlots(words: string, filter: SlotFilter, enabled: boolean) {
  const wanted = words.trim();
  const [asked, setAsked] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), wanted ? TYPING_PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [wanted]);
  const found = useQuery({
    queryKey: ['slots', asked, filter],
    queryFn: async () => {
      // What is told live from this moment on is newer than the answer.
      const askedAt = Date.now();
      return { askedAt, ...(await getSlots({ q: asked, ...filter, limit: MOST_SHOWN })) };
    },
    enabled,
    refetchOnMount: 'always',
    refetchInterval: SLOTS_AGE_MS,
    placeholderData: keepPreviousData,
    retry: 1,
  });
  return {
    found,
    /** What is listed answers what is typed: only then may anything be picked from it. */
    settled: asked === wanted && !found.isPlaceholderData,
    ask: () => setAsked(wanted),
  };
}

export function useDirectory(filter: SlotFilter, enabled: boolean) {
  const options = { enabled, staleTime: DIRECTORY_AGE_MS, retry: 1 };
  const specialties = useQuery({ queryKey: ['specialties'], queryFn: getSpecialties, ...options });
  const locations = useQuery({ queryKey: ['locations'], queryFn: getLocations, ...options });
  const practitioners = useQuery({
    queryKey: ['practitioners', filter.specialty, filter.location],
    queryFn: () => getPractitioners(filter.specialty, filter.location),
    ...options,
  });
  return {
    specialties: specialties.data?.items ?? [],
    locations: locations.data?.items ?? [],
    practitioners: practitioners.data?.items ?? [],
  };
}
