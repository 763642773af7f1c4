/** What a coordinator can put in place of a message that no honest site must believe. docs/protocol/v1.md section 4.1. */
import { generateBoxKeyPair, signBody, type SeededRandom } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { memberNamed } from './cast.js';
import { hashOf, type Told, type ToSite } from './messages.js';

/** Another version of the message, of which a site believes nothing. */
export function forged(message: ToSite, random: SeededRandom): ToSite {
  switch (message.kind) {
    case 'round.manifest':
      return forgedManifest(message, random);
    case 'round.peers':
      return forgedPeers(message, random);
    case 'round.relay':
      return forgedRelay(message, random);
    case 'round.survivors':
      return forgedSurvivors(message, random);
    case 'round.quorum':
      return forgedQuorum(message, random);
    case 'ended':
      return { ...message, leafIndex: 0 };
  }
}

function forgedManifest(message: Told<'round.manifest'>, random: SeededRandom): ToSite {
  const { body } = message.manifest;
  const stranger = memberNamed('stranger');
  return pick(random, [
    { ...message, leafIndex: 0 },
    { ...message, manifest: signBody('manifest', body, stranger.identity) },
    {
      ...message,
      manifest: {
        ...message.manifest,
        body: { ...body, adapterCheckpointHash: hashOf('f') },
      },
    },
  ]);
}

function forgedPeers(message: Told<'round.peers'>, random: SeededRandom): ToSite {
  const [first, ...others] = message.adverts;
  if (first === undefined) {
    return message;
  }
  const { siteId, identity } = memberNamed('stranger');
  const maskKey = toBase64(generateBoxKeyPair().publicKey);
  const { secure } = first.body;
  const swapped = secure && { ...first, body: { ...first.body, secure: { ...secure, maskKey } } };
  const invented = signBody('advert', { ...first.body, siteId }, identity);
  return pick(random, [
    { ...message, adverts: [...others, swapped ?? first] },
    { ...message, adverts: [...message.adverts, invented] },
    { ...message, adverts: [...message.adverts, first] },
    { ...message, adverts: [first] },
  ]);
}

function forgedRelay(message: Told<'round.relay'>, random: SeededRandom): ToSite {
  const [first, second, ...others] = message.dealt;
  if (first === undefined || second === undefined) {
    return message;
  }
  return pick(random, [
    { ...message, dealt: [{ ...first, entry: second.entry }, second, ...others] },
    { ...message, dealt: [{ ...first, index: first.index + 1 }, second, ...others] },
    { ...message, dealt: [...message.dealt, first] },
    { ...message, dealt: [{ ...first, shares: second.shares }, ...others] },
    { ...message, dealt: [first] },
  ]);
}

function forgedSurvivors(message: Told<'round.survivors'>, random: SeededRandom): ToSite {
  const [first, ...others] = message.headers;
  if (first === undefined) {
    return { ...message, leafIndex: 0 };
  }
  const altered = { ...first, body: { ...first.body, vectorHash: hashOf('f') } };
  return pick(random, [
    { ...message, leafIndex: 0 },
    { ...message, headers: others },
    { ...message, headers: [...message.headers, first] },
    { ...message, headers: [altered, ...others] },
  ]);
}

function forgedQuorum(message: Told<'round.quorum'>, random: SeededRandom): ToSite {
  const [first, ...others] = message.endorsements;
  if (first === undefined) {
    return message;
  }
  const stranger = memberNamed('stranger');
  const { identity } = stranger;
  const ofStranger = signBody('endorsement', { ...first.body, siteId: stranger.siteId }, identity);
  const byStranger = signBody('endorsement', first.body, identity);
  const ofOther = { ...first, body: { ...first.body, leafHash: toBase64(new Uint8Array(32)) } };
  return pick(random, [
    { ...message, endorsements: Array<typeof first>(9).fill(first) },
    { ...message, endorsements: [first] },
    { ...message, endorsements: [...others, ofStranger] },
    { ...message, endorsements: [...others, byStranger] },
    { ...message, endorsements: [...others, ofOther] },
  ]);
}

function pick(random: SeededRandom, forgeries: readonly [ToSite, ...ToSite[]]): ToSite {
  return forgeries[random.integer(forgeries.length)] ?? forgeries[0];
}
