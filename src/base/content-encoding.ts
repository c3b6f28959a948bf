/** True if a body is not sent as it is. Codings are told in any case: https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1 */
export function isEncoded(contentEncoding: string | undefined): boolean {
  return !/^\s*(identity)?\s*$/i.test(contentEncoding ?? '');
}
