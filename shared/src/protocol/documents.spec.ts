import { canonicalBytes, parseCanonicalJson, type Json } from '../encoding/index.js';
import * as protocol from './index.js';
import { withoutMember, withSurplusMember, withWrongType, type Damaged } from './testing/damage.js';
import { DOCUMENTS, OPTIONAL_MEMBERS, type SampleDocument } from './testing/sample-documents.js';

/** Schemas that occur inside of the examples, and the files that people write, which have specs of their own. */
const PARTS = [
  'acceptance actKind act activation advert attemptId bottleneckPlacement bundleIndex combine contentHash coordinatorHello count decline endorsement enrolment',
  'evaluation floatBits groupFile groupRules hash32 join keyId keyRotation linearTarget manifestAggregation manifestGroups manifest metrics operatorId optimizer participant participation personKeyClaim personKeyKind personKey personProof pool',
  'positionInterpolation positions positive preprocessing privacy privateAdapterConfig publicKey recordAggregation roster samGeometry schedule secretKind sessionProof shares signature siteHello siteId sitePolicy siteReport',
  'studyFile studyId task trainingConfig unmasking updateHeader updatePayload version vitGeometry vote withdrawal',
].flatMap((line) => line.split(' ').map((name) => `${name}Schema`));

function accepted({ schema }: SampleDocument, damaged: readonly Damaged[]): string[] {
  return damaged
    .filter(({ document }) => schema.safeParse(document).success)
    .map(({ what }) => what);
}

describe.each(DOCUMENTS)('the schema of $name', (document) => {
  const { name, schema, sample } = document;

  it('takes the example unchanged and finds it again in its canonical bytes', () => {
    expect(schema.parse(sample)).toEqual(sample);
    expect(schema.parse(parseCanonicalJson(canonicalBytes(sample as Json)))).toEqual(sample);
  });

  it('refuses a member that it does not know, at every depth', () => {
    const damaged = withSurplusMember(sample);
    expect(damaged).not.toHaveLength(0);
    expect(accepted(document, damaged)).toEqual([]);
  });

  it('misses only those members that may be absent', () => {
    expect(accepted(document, withoutMember(sample))).toEqual(OPTIONAL_MEMBERS[name] ?? []);
  });

  it('refuses every node of another type and every number that is no count', () => {
    expect(accepted(document, withWrongType(sample))).toEqual([]);
  });
});

describe('the public face of the protocol', () => {
  it('has an example here of every schema, alone or inside of another', () => {
    const shown = new Set<unknown>(DOCUMENTS.map(({ schema }) => schema));
    const unshown = Object.entries(protocol)
      .filter(([name, value]) => name.endsWith('Schema') && typeof value === 'object')
      .filter(([, value]) => !shown.has(value))
      .map(([name]) => name);
    expect(unshown.sort()).toEqual(PARTS);
  });
});
