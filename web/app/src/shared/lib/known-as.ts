import type { RequestRow } from '../api/types';
import { readablePhone } from './phone';

/** How a request's contact is called; empty for one of whom nothing is known. */
export const knownAs = ({ contact, patient }: RequestRow) =>
  contact.name || patient?.name || (contact.phone && readablePhone(contact.phone)) || contact.email || '';
