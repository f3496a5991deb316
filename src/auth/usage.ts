/** How exact `lastUsedAt` is: it is written once in so long at most. */
const exactnessMs = 60_000
/** Uses are gathered for so long before they are written, all at once. */
const gatherMs = 1_000

/** A use of a token. `since` is the oldest `lastUsedAt` that it need not replace. */
export interface TokenUse {
  readonly tokenId: string
  readonly at: string
  readonly since: string
}

interface UsageOptions {
  readonly save: (uses: readonly TokenUse[]) => Promise<void>
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Told when uses could not be saved; they are not tried again. */
  readonly onFailure: (error: unknown) => void
}

export interface UsageRecorder {
  /** Notes a use, for later: no request waits for it. */
  note(token: { readonly id: string; readonly lastUsedAt: string | null }): void
  /** Saves what was noted, and resolves when that is done. */
  close(): Promise<void>
}

/** Gathers when tokens were last used and saves it now and then. */
export function recordUsage({ save, clock, onFailure }: UsageOptions): UsageRecorder {
  const used = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let saving = Promise.resolve()

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const uses = [...used].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(asUse)
    used.clear()
    if (uses.length > 0) saving = saving.then(() => save(uses)).catch(onFailure)
    return saving
  }

  return {
    note({ id, lastUsedAt }) {
      const now = clock()
      const isKnown = lastUsedAt !== null && now - Date.parse(lastUsedAt) < exactnessMs
      if (isKnown) return
      used.set(id, now)
      timer ??= setTimeout(() => void flush(), gatherMs).unref()
    },
    close: flush,
  }
}

function asUse([tokenId, ms]: [string, number]): TokenUse {
  return { tokenId, at: new Date(ms).toISOString(), since: new Date(ms - exactnessMs).toISOString() }
}
