import { setNonce } from "get-nonce";

/** Of this page load, by which style elements made at run time pass the Content-Security-Policy. */
export const nonce =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

// What keeps a page from scrolling under a dialog makes its style element through this library.
if (nonce) setNonce(nonce);
