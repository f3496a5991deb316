import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Runs work of which one may not be begun inside another: with one connection for it, the inner one would wait
 * for ever for the outer one to end.
 */
export function refuseNesting(what: string): <T>(work: () => Promise<T>) => Promise<T> {
  const inside = new AsyncLocalStorage<true>()
  return (work) => {
    if (inside.getStore()) return Promise.reject(new Error(`a ${what} was opened inside another one`))
    return inside.run(true, work)
  }
}
