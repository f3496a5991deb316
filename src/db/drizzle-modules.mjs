import { registerHooks } from 'node:module'

/**
 * Finds the files of Drizzle without reading its `package.json` of 180 kB anew for each of them, and for each of our
 * files that imports it: that took more than half of the time of a start, and a third of the memory after it.
 */
const drizzleFile = /\/node_modules\/drizzle-orm\/.+\.js$/
const ownFiles = new URL('../', import.meta.url).href
/** By the name by which our files import it. */
const known = new Map()

registerHooks({
  resolve(specifier, context, nextResolve) {
    const { parentURL = '' } = context
    if (specifier.startsWith('.') && specifier.endsWith('.js') && drizzleFile.test(parentURL))
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true }
    if (!/^drizzle-orm(\/|$)/.test(specifier) || !parentURL.startsWith(ownFiles))
      return nextResolve(specifier, context)
    const found = known.get(specifier) ?? nextResolve(specifier, context)
    known.set(specifier, found)
    return { ...found, shortCircuit: true }
  },
})
