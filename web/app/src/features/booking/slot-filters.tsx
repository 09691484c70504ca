'use client';
import { useTranslations } from 'use-intl';
import styles from './booking.module.css';
import { type SlotFilter, useDirectory } from './use-slots';

interface FiltersProps {
  filter: SlotFilter;
  onChange: (filter: SlotFilter) => void;
  /** The manager has just asked for these fields. */
  autoFocus?: boolean;
}

export function Filters({ filter, onChange, autoFocus = false }: FiltersProps) {
  const t = useTranslations('booking');
  const directory = useDirectory(filter, true);
  const lists = [
    { name: 'specialty', items: directory.specialties, any: t('anySpecialty'), label: t('specialty') },
    { name: 'location', items: directory.locations, any: t('anyLocation'), label: t('location') },
    { name: 'practitioner', items: directory.practitioners, any: t('anyPractitioner'), label: t('practitioner') },
  ] as const;
  return (
    <div className={styles.filters}>
      {lists.map(({ name, items, any, label }, index) => (
        <select
          key={name}
          // biome-ignore lint/a11y/noAutofocus: only where the reader has asked for it
          autoFocus={autoFocus && index === 0}
          value={items.some((each) => each.id === filter[name]) ? filter[name] : ''}
          onChange={(event) =>
            onChange({ ...filter, ...(name === 'practitioner' ? {} : { practitioner: '' }), [name]: event.target.value })
          }
          aria-label={label}
        >
          <option value="">{any}</option>
          {items.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      ))}
    </div>
  );
}
