/** The evidence of a study, fetched once and verified here, without a network and without trusting anybody. */
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Answer } from '../../components/answer.js';
import { EmptyState } from '../../components/empty-state.js';
import { useWords } from '../../i18n/language.js';
import { meQuery, studiesQuery } from '../../lib/api/queries.js';
import { DownloadsPanel } from './downloads-panel.js';
import { FindingsPanel } from './findings-panel.js';
import { RoundPanel } from './round-panel.js';
import { StepsPanel } from './steps-panel.js';
import { useVerification } from './use-verification.js';
import { VerifyForm } from './verify-form.js';

export function VerifyPage() {
  const { verify: words } = useWords().auditVerify;
  const me = useQuery(meQuery);
  return (
    <Answer of={me}>
      {({ rights }) =>
        rights.includes('evidence.export') ? (
          <Studies />
        ) : (
          <EmptyState title={words.mayNot} how={words.mayNotHow} />
        )
      }
    </Answer>
  );
}

function Studies() {
  const { verify: words } = useWords().auditVerify;
  const studies = useQuery(studiesQuery);
  return (
    <Answer of={studies}>
      {(list) =>
        list.length === 0 ? (
          <EmptyState title={words.noStudy} how={words.noStudyHow} />
        ) : (
          <Verification studyIds={list.map(({ studyId }) => studyId)} />
        )
      }
    </Answer>
  );
}

function Verification({ studyIds }: { readonly studyIds: readonly string[] }) {
  const work = useVerification();
  const { bundle, done, steps } = work.state;
  return (
    <Stack gap="md">
      <VerifyForm studyIds={studyIds} work={work} />
      {done === undefined ? null : <FindingsPanel done={done} />}
      {bundle === undefined || done?.round === undefined ? null : (
        <RoundPanel bundle={bundle} round={done.round} />
      )}
      {done === undefined ? null : <StepsPanel steps={steps} />}
      {bundle === undefined ? null : (
        <DownloadsPanel
          bundle={bundle}
          report={done?.verification.report}
          roundNo={done?.round?.roundNo}
        />
      )}
    </Stack>
  );
}
