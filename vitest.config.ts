import { defineConfig } from 'vitest/config'

/**
 * Three groups: what needs no database, and what does, once on each. `*.sqlite.test.ts` and
 * `*.postgres.test.ts` are about one of the two; what is refused or written before or after a database is asked is tried
 * on SQLite, which is faster.
 */
const withData = [
  'test/{bench,cli,db,delivery,editorial,instances,maintenance,management,search,sweep}/**/*.test.ts',
]

/** They replace a module that the others use as it is. */
const replacing = ['test/bench/fill.test.ts', 'test/sweep/twin-world.test.ts']

const startPostgres = ['test/support/postgres-server.ts']

export default defineConfig({
  test: {
    // Much of the time is waiting, for disks and for servers that start.
    maxWorkers: 3,
    // Files of one worker share what they import: to load the program for each file took as long as its tests.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'no database',
          include: ['test/**/*.test.ts'],
          exclude: withData,
        },
      },
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: withData,
          exclude: ['test/**/*.postgres.test.ts', ...replacing],
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: withData,
          exclude: ['test/**/*.sqlite.test.ts', ...replacing],
          globalSetup: startPostgres,
        },
      },
      {
        extends: true,
        test: { name: 'sqlite, apart', include: replacing, isolate: true },
      },
      {
        extends: true,
        test: { name: 'postgres, apart', include: replacing, isolate: true, globalSetup: startPostgres },
      },
    ],
  },
})
