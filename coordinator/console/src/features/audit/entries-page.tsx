/** The entries of the log: chosen by what they are about, page by page, one of them looked at closely. */
import { Stack } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { EntryFilterForm } from './entry-filter-form.js';
import { EntryList } from './entry-list.js';
import { EntryPanel } from './entry-panel.js';
import classes from './audit.module.css';

export function EntriesPage() {
  const [search] = useSearchParams();
  const chosen = search.get('entry');
  const index = chosen !== null && /^\d{1,15}$/.test(chosen) ? Number(chosen) : undefined;
  return (
    <Stack gap="md">
      <EntryFilterForm />
      <div className={classes['grid']}>
        <EntryList chosen={index} />
        <div className={classes['detail']}>
          <EntryPanel index={index} />
        </div>
      </div>
    </Stack>
  );
}
