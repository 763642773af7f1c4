/** Where somebody begins: on the first page of the rail that the person may see. */
import { useQuery } from '@tanstack/react-query';
import { Navigate } from 'react-router';
import { Answer } from '../components/answer.js';
import { meQuery } from '../lib/api/queries.js';
import { RAIL } from './pages.js';

export function FirstPage() {
  const me = useQuery(meQuery);
  return (
    <Answer of={me}>
      {({ rights: held }) => {
        const first = RAIL.find(
          ({ rights }) => rights?.some((right) => held.includes(right)) ?? true,
        );
        return <Navigate to={first?.to ?? '/account'} replace />;
      }}
    </Answer>
  );
}
