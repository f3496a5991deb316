import type { RevisionSummary, RevisionView } from '../contract/revision.ts'
import type { Revision, RevisionState } from '../store/revisions.ts'

/** A version in the list. */
export function revisionStateView({ type, ...state }: RevisionState): RevisionSummary {
  return { ...state, type: type as RevisionSummary['type'] }
}

/** A version, whole. */
export function revisionView({ snapshot, ...state }: Revision): RevisionView {
  const { tagIds, authors, externalIds, custom, related } = snapshot
  return {
    ...revisionStateView(state),
    snapshot: {
      ...snapshot,
      tagIds: [...tagIds],
      authors: [...authors],
      externalIds: { ...externalIds },
      custom: { ...custom },
      related: [...related],
    },
  }
}
