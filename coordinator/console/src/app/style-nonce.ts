/** Styles that components make while they run carry the nonce of this page; the policy of the page refuses others. */

declare global {
  /** Where `get-nonce` looks, which the scroll lock of dialogs asks. */
  var __webpack_nonce__: string | undefined;
}

/** The property is readable where the attribute is hidden from scripts (WHATWG HTML section 3.2.6). */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
}

/** For styles of components that ask no theme. */
export function shareStyleNonce(): void {
  globalThis.__webpack_nonce__ = styleNonce();
}
