import type { ActorReference } from '../contract/article.ts'
import type { Actor } from '../contract/permissions.ts'

/** What is kept of an actor with what they did. */
export function referenceOf({ tokenId, name, role }: Actor): ActorReference {
  return { tokenId, name, role }
}
