import { setNonce } from 'get-nonce'; // react-remove-scroll, under every modal, reads it

let nonce: string | undefined;

/** The nonce the Gateway put into this page; style elements made at run time must carry it. */
export function cspNonce(): string {
  if (nonce === undefined) {
    nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
    if (nonce) setNonce(nonce);
  }
  return nonce;
}
