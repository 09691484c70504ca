import type { SlotRow } from '../api/types';

/** «Орлова Т. В. · терапевт · На Ленина». */
export const whoAndWhere = ({ practitioner, specialties, location }: SlotRow) =>
  [practitioner.name, specialties.join(', '), location.name].filter(Boolean).join(' · ');
