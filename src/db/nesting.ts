import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Runs work of which one may not be begun inside another: with one connection for it, the inner one would wait
 * for ever for the outer one to end. What an outer one has started and left running may begin its own later.
 */
export function refuseNesting(what: string): <T>(work: () => Promise<T>) => Promise<T> {
  const inside = new AsyncLocalStorage<{ isOpen: boolean }>()
  return async (work) => {
    if (inside.getStore()?.isOpen) throw new Error(`a ${what} was opened inside another one`)
    const outer = { isOpen: true }
    try {
      return await inside.run(outer, work)
    } finally {
      outer.isOpen = false
    }
  }
}
