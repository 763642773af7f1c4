/** `members.known` of policy.yaml: the hospitals that this one knows by their keys. What stands there otherwise, comments too, stays. */
import { isMap, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import { parsePolicyText } from './policy-file.js';
import type { Member } from './round-refusals.js';

/**
 * @param text of policy.yaml; empty where there is none
 * @returns the text that knows this member by this key, and by no other that it knew the member by
 * @throws ConsiliumError 'bad-configuration' where the policy has a fault
 */
export function withKnownMember(text: string, member: Member): string {
  const { policy } = parsePolicyText(text);
  if (policy.members.known.some(({ site, key }) => site === member.site && key === member.key)) {
    return text;
  }
  const document = parseDocument(text, { schema: 'core' });
  const known = document.getIn(['members', 'known']);
  if (isSeq(known)) {
    forget(known, member);
    known.add(document.createNode(member));
  } else {
    document.setIn(['members', 'known'], document.createNode([member]));
  }
  const changed = document.toString();
  parsePolicyText(changed);
  return changed;
}

/** The entries that hold the member's name, or its key under another name. */
function forget(known: YAMLSeq, { site, key }: Member): void {
  known.items = known.items.filter(
    (item) => !isMap(item) || (item.get('site') !== site && item.get('key') !== key),
  );
}
