import type { Delivery } from '@consilium/shared/protocol';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { DeliveryLoop } from './delivery.js';

function message(id: number): Delivery {
  const studyId = parseStudyId('smears');
  return { id, message: { kind: 'study.failed', studyId, reason: 'spec', leafIndex: id } };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe('the delivery to one site', () => {
  let rows: Delivery[] = [];
  let delivered: number[] = [];
  let failures: unknown[] = [];
  const owed = {
    next: () => Promise.resolve(rows[0]),
    received: (id: number) => {
      rows = rows.filter((row) => row.id !== id);
    },
  };
  const recipient = (receives: (id: number) => Promise<boolean>) => ({
    isOpen: true,
    deliver: ({ id }: Delivery) => {
      delivered.push(id);
      return receives(id);
    },
  });

  beforeEach(() => {
    rows = [message(1), message(2)];
    delivered = [];
    failures = [];
  });

  const loop = (receives: (id: number) => Promise<boolean>): DeliveryLoop =>
    new DeliveryLoop(recipient(receives), owed, (error) => failures.push(error));

  it('sends what is owed in order, each after the receipt of the one before', async () => {
    let confirm: (received: boolean) => void = () => undefined;
    const delivery = loop(
      () =>
        new Promise((resolve) => {
          confirm = resolve;
        }),
    );
    delivery.wake();
    delivery.wake();
    await settled();
    expect(delivered).toEqual([1]);
    confirm(true);
    await settled();
    expect(delivered).toEqual([1, 2]);
    confirm(true);
    await settled();
    expect(rows).toEqual([]);
  });

  it('leaves in the rows what was not received', async () => {
    const delivery = loop(() => Promise.resolve(false));
    delivery.wake();
    await settled();
    expect(delivered).toEqual([1]);
    expect(rows.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('sends what was written while it was busy', async () => {
    const delivery = loop((id) => {
      if (id === 2) {
        rows.push(message(3));
        delivery.wake();
      }
      return Promise.resolve(true);
    });
    delivery.wake();
    await settled();
    expect(delivered).toEqual([1, 2, 3]);
    rows = [message(4)];
    delivery.wake();
    await settled();
    expect(delivered).toEqual([1, 2, 3, 4]);
  });

  it('says when the rows cannot be read, and goes on when it is woken again', async () => {
    const delivery = new DeliveryLoop(
      recipient(() => Promise.resolve(true)),
      {
        ...owed,
        next: () =>
          failures.length === 0 ? Promise.reject(new Error('no database')) : owed.next(),
      },
      (error) => failures.push(error),
    );
    delivery.wake();
    await settled();
    expect(failures).toHaveLength(1);
    delivery.wake();
    await settled();
    expect(delivered).toEqual([1, 2]);
  });
});
