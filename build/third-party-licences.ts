import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'rolldown'

/** The folders in `node_modules` that a module is in. */
const foldersOfModule = /\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/g

const licenceFile = /^(licen[cs]e|copying|notice)([.-].*)?$/i

interface Others {
  /** Folders of packages of which other things than modules are taken. */
  readonly alsoOf: readonly string[]
  /** What is to be said of these. */
  readonly note: string
}

/**
 * Writes the licences of all packages that are in the bundle, and of others, to a file beside it, as most of them ask
 * for.
 */
export function thirdPartyLicences(fileName: string, { alsoOf, note }: Others): Plugin {
  return {
    name: 'third-party licences',
    generateBundle(_options, bundle) {
      const folders = new Set(alsoOf)
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue
        for (const id of output.moduleIds) {
          const folder = packageOf(id)
          if (folder !== undefined) folders.add(folder)
        }
      }
      const texts = new Set([...folders].map(licenceOf).sort())
      this.emitFile({ type: 'asset', fileName, source: [...texts, note].join(`\n${'-'.repeat(80)}\n\n`) })
    },
  }
}

/** The folder of a module's package; undefined for our own. What packages hold of others stands under their licences. */
function packageOf(id: string): string | undefined {
  const path = id.replace(/^\0/, '')
  const folders = [...path.matchAll(foldersOfModule)].map(
    ({ 0: found, index }) => path.slice(0, index) + found,
  )
  return folders.findLast((folder) => existsSync(join(folder, 'package.json')))
}

/** Throws for a package that names no licence. */
function licenceOf(folder: string): string {
  const { name, version, license, author } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as { name: string; version: string; license?: string; author?: string | { name: string } }
  if (license === undefined) throw new Error(`${name} names no licence: it may not be bundled`)
  const files = readdirSync(folder).filter((file) => licenceFile.test(file))
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim())
  // Some packages name their licence and whose work it is, and leave its text out.
  const by = typeof author === 'object' ? author.name : author
  return `${name} ${version} (${license})${by ? `, by ${by}` : ''}\n\n${texts.join('\n\n')}\n`
}
