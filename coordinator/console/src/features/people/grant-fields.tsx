/** Roles to choose, with what each may do, and the site and studies that go with them. */
import { Checkbox, Stack, TextInput } from '@mantine/core';
import { OPERATOR_ROLES } from '@consilium/shared/vocabulary';
import { useWords } from '../../i18n/language.js';
import { faultOf, needsSite, rolesOf, takesStudies, type GrantDraft } from './grant.js';

export interface GrantFieldsProps {
  readonly draft: GrantDraft;
  readonly onChange: (draft: GrantDraft) => void;
}

export function GrantFields({ draft, onChange }: GrantFieldsProps) {
  const { people: words } = useWords();
  const fault = faultOf(draft);
  const isAlone = fault?.kind === 'alone';
  return (
    <Stack>
      <Checkbox.Group
        label={words.roles}
        value={[...draft.roles]}
        error={isAlone ? words.fault.alone(words.role[fault.role]) : undefined}
        onChange={(roles) => {
          onChange({ ...draft, roles: rolesOf(roles) });
        }}
      >
        <Stack gap="xs" mt="xs">
          {OPERATOR_ROLES.map((role) => (
            <Checkbox
              key={role}
              value={role}
              label={words.role[role]}
              description={words.roleDoes[role]}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      {needsSite(draft.roles) ? (
        <TextInput
          label={words.site}
          description={words.siteHint}
          value={draft.siteId}
          required
          onChange={({ currentTarget }) => {
            onChange({ ...draft, siteId: currentTarget.value });
          }}
        />
      ) : null}
      {takesStudies(draft.roles) ? (
        <TextInput
          label={words.studies}
          description={words.studiesHint}
          value={draft.studies}
          onChange={({ currentTarget }) => {
            onChange({ ...draft, studies: currentTarget.value });
          }}
        />
      ) : null}
    </Stack>
  );
}
