import type { Actor } from '../contract/permissions.ts'

/** The token that a filter names: an id, or `me` or `none` where it takes these. Null is whoever has no stored token. */
export function tokenOf(name: string, actor: Actor): string | null {
  if (name === 'none') return null
  return name === 'me' ? actor.tokenId : name
}
