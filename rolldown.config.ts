import { copyFileSync, mkdirSync } from 'node:fs'
import { defineConfig } from 'rolldown'
import { thirdPartyLicences } from './build/third-party-licences.ts'
import { swaggerUiFiles } from './src/http/docs-files.ts'

const swaggerUi = 'node_modules/@fastify/swagger-ui'

/**
 * The built program, in `dist/`: JavaScript with everything from other packages in it, but for the
 * database driver, which brings binaries. What a command loads when it runs is in files of its own, and
 * all files are in one folder: they find one another, and the folder of the package, from there.
 */
export default defineConfig({
  input: {
    main: 'src/main.ts',
    'convert-worker': 'src/body/convert-worker.ts',
    'import-worker': 'src/importers/import-worker.ts',
    'long-reads.thread.sqlite': 'src/db/long-reads.thread.sqlite.ts',
  },
  platform: 'node',
  // The last two are looked for by packages that do without them.
  external: ['better-sqlite3', 'pg-native', 'canvas'],
  output: { dir: 'dist', cleanDir: true, entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
  plugins: [
    thirdPartyLicences('THIRD-PARTY-LICENCES.txt', {
      alsoOf: [swaggerUi],
      note: 'swagger-ui (Apache-2.0), by SmartBear Software: the files in docs/, as @fastify/swagger-ui has them. The\nlicence is that of @opentelemetry/api, above.\n',
    }),
    {
      name: 'files as they are: the entry point, and what the docs load',
      writeBundle({ dir }) {
        copyFileSync('src/launch.mjs', `${dir}/launch.mjs`)
        mkdirSync(`${dir}/docs`)
        for (const name of Object.keys(swaggerUiFiles))
          copyFileSync(`${swaggerUi}/static/${name}`, `${dir}/docs/${name}`)
      },
    },
  ],
})
