/** All studies that the person reaches, a card each. */
import { Button, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Answer } from '../../components/answer.js';
import { EmptyState } from '../../components/empty-state.js';
import { PageTitle } from '../../components/page-title.js';
import { useWords } from '../../i18n/language.js';
import { meQuery, studiesQuery } from '../../lib/api/queries.js';
import { StudyCard } from './study-card.js';

export function StudiesPage() {
  const { studies: words } = useWords();
  const studies = useQuery(studiesQuery);
  return (
    <>
      <PageTitle title={words.title} />
      <Answer of={studies}>
        {(list) =>
          list.length === 0 ? (
            <NoStudy />
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="md">
              {list.map((study) => (
                <StudyCard key={study.studyId} study={study} />
              ))}
            </SimpleGrid>
          )
        }
      </Answer>
    </>
  );
}

function NoStudy() {
  const { studies: words, newStudy } = useWords();
  const { data } = useQuery(meQuery);
  const mayCreate = data?.rights.includes('studies.create') === true;
  return (
    <EmptyState title={words.none} how={mayCreate ? words.noneHow : words.noneOther}>
      {mayCreate ? (
        <Button component={Link} to="/new-study">
          {newStudy.title}
        </Button>
      ) : null}
    </EmptyState>
  );
}
