/** Six words here, six fields for what the hospital reads out: what was typed goes to the coordinator, which compares it itself. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { SiteView } from '@consilium/shared/answers';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Notice, type Tone } from '../../components/tone.js';
import { useWords, type Dictionary } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';
import { compareWords, spread, type Heard } from '../../lib/keys.js';
import classes from './keys.module.css';
import { RejectButton } from './reject-button.js';

const MARKS = { missing: '', same: '✓', other: '✗' } as const;

export function SpokenWords({ site: { siteId, words: key } }: { readonly site: SiteView }) {
  const { pending: words } = useWords().keys;
  const here = key.split(' ');
  const [heard, setHeard] = useState<readonly string[]>(here.map(() => ''));
  const verdicts = compareWords(here, heard);
  const client = useQueryClient();
  const approve = useMutation({
    mutationFn: () =>
      send('POST', `/v1/sites/${siteId}/approval`, {
        words: heard.map((word) => word.trim()).join(' '),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sites'] }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        approve.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm" fw={600}>
          {words.here} – {words.there}
        </Text>
        <ol className={classes['compare']}>
          {here.map((word, i) => (
            <li key={i} className={classes['pair']}>
              <span className={classes['here']}>
                {i + 1}. {word}
              </span>
              <TextInput
                aria-label={words.word(i + 1)}
                value={heard[i] ?? ''}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                onChange={({ currentTarget }) => {
                  setHeard(spread(heard, i, currentTarget.value));
                }}
              />
              <Verdict heard={verdicts[i] ?? 'missing'} />
            </li>
          ))}
        </ol>
        <Summary verdicts={verdicts} />
        {approve.isError ? <Notice tone="bad">{approve.error.message}</Notice> : null}
        <Group>
          <Button
            type="submit"
            disabled={verdicts.some((verdict) => verdict !== 'same')}
            loading={approve.isPending}
          >
            {words.approve}
          </Button>
          <RejectButton siteId={siteId} />
        </Group>
      </Stack>
    </form>
  );
}

function Verdict({ heard }: { readonly heard: Heard }) {
  const { pending: words } = useWords().keys;
  return heard === 'missing' ? (
    <span />
  ) : (
    <span role="img" className={classes['verdict']} data-heard={heard} aria-label={words[heard]}>
      {MARKS[heard]}
    </span>
  );
}

function Summary({ verdicts }: { readonly verdicts: readonly Heard[] }) {
  const { pending: words } = useWords().keys;
  const { tone, text } = summaryOf(words, verdicts);
  return (
    <div role="status">
      <Notice tone={tone}>{text}</Notice>
    </div>
  );
}

function summaryOf(
  words: Dictionary['keys']['pending'],
  verdicts: readonly Heard[],
): { readonly tone: Tone; readonly text: string } {
  const count = (heard: Heard): number => verdicts.filter((verdict) => verdict === heard).length;
  if (count('other') > 0) {
    return { tone: 'bad', text: words.someOther(count('other')) };
  }
  return count('missing') > 0
    ? { tone: 'calm', text: words.missing(count('missing')) }
    : { tone: 'good', text: words.allSame };
}
