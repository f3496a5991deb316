import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** Where Linux keeps files in memory. */
const inMemory = '/dev/shm'
/** What the databases of a run may take, in bytes. */
const roomNeeded = 4 * 1024 ** 3

/**
 * The folder for the files of tests: in memory where that has the room, because hundreds of databases that wait for
 * a disk take most of a run. `TMPDIR` wins where it is set.
 */
export const temporaryRoot = process.env.TMPDIR === undefined && hasRoom() ? inMemory : tmpdir()

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(inMemory)
    return bavail * bsize > roomNeeded
  } catch {
    return false
  }
}
