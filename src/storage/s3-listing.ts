/** What is in a bucket: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
import { parseDocument, DomUtils } from 'htmlparser2';

export interface ListedKeys {
  readonly keys: readonly { readonly key: string; readonly modifiedAtMs: number }[];
  /** To be asked for the rest; undefined where this is all. */
  readonly next: string | undefined;
}

/** An answer that is no list has no keys. */
export function listedKeys(xml: string): ListedKeys {
  const document = parseDocument(xml, { xmlMode: true });
  const textOf = (name: string, within: Parameters<typeof DomUtils.getElementsByTagName>[1]) =>
    DomUtils.textContent(DomUtils.getElementsByTagName(name, within, true, 1));
  const keys = DomUtils.getElementsByTagName('Contents', document).map((one) => ({
    key: textOf('Key', one),
    modifiedAtMs: Date.parse(textOf('LastModified', one)),
  }));
  const isAll = textOf('IsTruncated', document) !== 'true';
  return { keys, next: isAll ? undefined : textOf('NextContinuationToken', document) || undefined };
}
