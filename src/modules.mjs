import { registerHooks } from 'node:module'

/**
 * Finds modules in a checkout, where more than a thousand are loaded, without asking the system for each of them what
 * is known already: our own files and those of the packages below name one another by their places, and packages are
 * the same for all of our files. By itself Node reads Drizzle's `package.json` of 180 kB anew for each of its files, and
 * looks at every file before it opens it; that took half of the time of a start.
 */
const packageFile = /\/node_modules\/(drizzle-orm|zod)\/.+\.js$/
const ownFiles = new URL('./', import.meta.url).href
/** By the name by which our files import it. */
const known = new Map()

registerHooks({
  resolve(specifier, context, nextResolve) {
    const { parentURL = '' } = context
    const isOwn = parentURL.startsWith(ownFiles)
    if (specifier.startsWith('.')) {
      if (isOwn && specifier.endsWith('.ts')) return at(specifier, parentURL, 'module-typescript')
      if (specifier.endsWith('.js') && packageFile.test(parentURL)) return at(specifier, parentURL, 'module')
      return nextResolve(specifier, context)
    }
    if (!isOwn) return nextResolve(specifier, context)
    const found = known.get(specifier) ?? nextResolve(specifier, context)
    known.set(specifier, found)
    return { ...found, shortCircuit: true }
  },
})

/**
 * @param {string} specifier
 * @param {string} parentURL
 * @param {string} format
 */
function at(specifier, parentURL, format) {
  return { url: new URL(specifier, parentURL).href, format, shortCircuit: true }
}
