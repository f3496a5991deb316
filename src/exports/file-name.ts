/** Room for an extension: file systems take names of 255 bytes. */
const mostBytes = 200

/** Names that Windows keeps for devices, whatever their extension. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d|index)$/i

/**
 * What the file of something is called: its slug where that can be the name of a file everywhere, else its id. Neither
 * leads out of the folder, whatever the database holds.
 */
export function fileNameOf({ slug, id }: { readonly slug: string; readonly id: string }): string {
  const isName = /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}-]*$/u.test(slug)
  if (isName && Buffer.byteLength(slug) <= mostBytes && !reserved.test(slug)) return slug
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('what has no id cannot be written to a file')
  return id
}
