import { checkVersion, type Expected } from './articles.ts'

/** What has this id, at a version that the writer has read. Throws `not-found` and `version-mismatch`. */
export async function getExpected<Stored extends { readonly version: number }>(
  store: { get(id: string): Promise<Stored> },
  id: string,
  expected: Expected,
): Promise<Stored> {
  const stored = await store.get(id)
  checkVersion(stored, expected)
  return stored
}
