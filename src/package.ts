import { readFileSync } from 'node:fs'

/** The folder of the package: this file is in `src/` of a checkout, and in `dist/` of what is built from it. */
const packageFolder = new URL('../', import.meta.url)
const isBuilt = import.meta.url.endsWith('.js')

/** Where a file of the package is, such as `seed/source-article.txt`. */
export function packageFile(path: string): URL {
  return new URL(path, packageFolder)
}

/** Where a file of Swagger UI is; the build takes them along. */
export function docsFile(name: string): URL {
  return packageFile(`${isBuilt ? 'dist/docs' : 'node_modules/@fastify/swagger-ui/static'}/${name}`)
}

/** The version of this program. */
export const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
  readonly version: string
}
