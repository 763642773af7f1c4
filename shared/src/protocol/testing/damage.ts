/** For specs: every way to damage one node of a document. */
export interface Damaged {
  readonly what: string;
  readonly document: unknown;
}

/** Each object of the document with one member too many. */
export function withSurplusMember(document: unknown): Damaged[] {
  return everywhere(document, (node) =>
    isObject(node) ? [{ what: 'surplus member', node: { ...node, surplus: 1 } }] : [],
  );
}

/** Each object of the document without one of its members. */
export function withoutMember(document: unknown): Damaged[] {
  return everywhere(document, (node) =>
    isObject(node)
      ? Object.keys(node).map((name) => ({ what: `no ${name}`, node: without(node, name) }))
      : [],
  );
}

/** Each node of the document as something of another type, or as a number outside of all counts. */
export function withWrongType(document: unknown): Damaged[] {
  return everywhere(document, (node) =>
    othersThan(node).map((other) => ({ what: String(JSON.stringify(other)), node: other })),
  );
}

function othersThan(node: unknown): unknown[] {
  if (typeof node === 'number') {
    return [null, String(node), -1, 0.5, 2 ** 53, Number.NaN, [node]];
  }
  if (typeof node === 'string') {
    return [null, 1, true, [node]];
  }
  return Array.isArray(node) ? [null, {}, 'text', 1] : [null, [], 'text', 1];
}

interface Change {
  readonly what: string;
  readonly node: unknown;
}

function everywhere(node: unknown, changes: (node: unknown) => readonly Change[]): Damaged[] {
  const here = changes(node).map((change) => ({ what: change.what, document: change.node }));
  return [...here, ...members(node).flatMap((member) => inside(node, member, changes))];
}

function inside(
  node: unknown,
  [name, member]: readonly [string, unknown],
  changes: (node: unknown) => readonly Change[],
): Damaged[] {
  return everywhere(member, changes).map(({ what, document }) => ({
    what: `${name}: ${what}`,
    document: replaced(node, name, document),
  }));
}

function members(node: unknown): [string, unknown][] {
  return typeof node === 'object' && node !== null ? Object.entries(node) : [];
}

function replaced(node: unknown, name: string, member: unknown): unknown {
  return Array.isArray(node)
    ? node.map((item: unknown, i) => (String(i) === name ? member : item))
    : { ...(node as object), [name]: member };
}

function without(node: Readonly<Record<string, unknown>>, name: string): object {
  return Object.fromEntries(Object.entries(node).filter(([key]) => key !== name));
}

function isObject(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}
